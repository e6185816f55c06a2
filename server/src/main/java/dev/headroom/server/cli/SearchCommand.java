package dev.headroom.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.query.lang.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headroom search}. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description = "Search the logs of a server.",
    footer = {
      "",
      "Examples:",
      "  headroom search 'level:error service:checkout \"timed out\"'",
      "  headroom search --since 7d 'status:[500 TO 599] | stats count() by route'",
      "  headroom search --since 24h '* | timechart span=1h p95(duration) by service'",
      "",
      "The language is described in docs/query-language.md."
    })
final class SearchCommand implements Runnable {
  private static final int DEFAULT_RECORDS = 20;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(
      paramLabel = "QUERY",
      arity = "1..*",
      description = "Lucene query syntax, then stages behind '|'; '*' finds everything.")
  private List<String> query = List.of();

  @Option(
      names = "--since",
      paramLabel = "AGE",
      defaultValue = "1h",
      description = "How far back: 15m, 1h, 7d … (default: ${DEFAULT-VALUE}).")
  private String since = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Records or rows to show (default: 20 records, or what the stages leave).")
  private @Nullable Integer limit;

  @Option(names = "--histogram", description = "Show counts over time as well.")
  private boolean histogram;

  @Option(names = "--json", description = "Print the server's answer as it is.")
  private boolean json;

  @Override
  public void run() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    var parameters = new LinkedHashMap<String, String>();
    String text = String.join(" ", query);
    parameters.put("q", text);
    parameters.put("start", "now-" + since);
    try (ApiClient client = server.open()) {
      if (histogram && !json) {
        printHistogram(client.get("/headroom/v1/logs/histogram", parameters), out);
      }
      if (limit != null || !text.contains("|")) {
        parameters.put("limit", Integer.toString(limit == null ? DEFAULT_RECORDS : limit));
      }
      byte[] answer = client.get("/headroom/v1/logs/search", parameters);
      if (json) {
        out.println(new String(answer, UTF_8));
      } else {
        print(members(Json.read(answer, 0, answer.length)), out, err);
      }
    }
  }

  static void printHistogram(byte[] answer, PrintWriter out) {
    var chart = new BarChart();
    if (members(Json.read(answer, 0, answer.length)).get("buckets") instanceof Json.Items buckets) {
      for (Json bucket : buckets.values()) {
        Map<String, Json> fields = members(bucket);
        chart.bar(text(fields.get("time")), Long.parseLong(text(fields.get("count"))));
      }
    }
    chart.print(out, Terminal.columns());
  }

  static void print(Map<String, Json> answer, PrintWriter out, PrintWriter err) {
    if (answer.get("hits") instanceof Json.Items hits) {
      hits.values().forEach(hit -> out.println(line(members(hit))));
      String total = text(answer.get("total"));
      String more = "true".equals(text(answer.get("totalIsExact"))) ? "" : "at least ";
      err.println(hits.values().size() + " of " + more + total + " records");
    } else if (answer.get("columns") instanceof Json.Items columns
        && answer.get("rows") instanceof Json.Items rows) {
      printTable(columns, rows, out);
    }
    if ("true".equals(text(answer.get("partial")))
        && answer.get("reasons") instanceof Json.Items reasons) {
      err.println(
          "partial answer: "
              + String.join("; ", reasons.values().stream().map(SearchCommand::text).toList()));
    }
  }

  private static void printTable(Json.Items columns, Json.Items rows, PrintWriter out) {
    var table =
        new TextTable(columns.values().stream().map(SearchCommand::text).toArray(String[]::new));
    for (Json row : rows.values()) {
      if (row instanceof Json.Items cells) {
        table.row(cells.values().stream().map(SearchCommand::text).toArray(String[]::new));
      }
    }
    table.print(out, Terminal.columns());
  }

  /** Time, stream, severity and message; what else the record holds follows as name=value. */
  private static String line(Map<String, Json> hit) {
    var head = new StringJoiner(" ").add(text(hit.get("_time"))).add(text(hit.get("_stream")));
    var message = new StringJoiner(" ");
    var rest = new StringJoiner(" ");
    for (Map.Entry<String, Json> field : hit.entrySet()) {
      String value = text(field.getValue());
      switch (field.getKey()) {
        case "_time", "_stream", "_index", "_id", "@timestamp", "timestamp" -> {}
        case "level", "log.level", "severity" -> head.add(value);
        case "message", "msg", "log", "body" -> message.add(value);
        default -> rest.add(field.getKey() + "=" + value);
      }
    }
    return Terminal.fit(
        Terminal.safe(head + " " + message + " " + rest).strip(), Terminal.columns());
  }

  static Map<String, Json> members(Json json) {
    return json instanceof Json.Members members ? members.fields() : Map.of();
  }

  static String text(@Nullable Json json) {
    return switch (json) {
      case null -> "";
      case Json.Scalar scalar -> scalar.isNull() ? "" : scalar.text();
      case Json.Items items ->
          "[" + String.join(",", items.values().stream().map(SearchCommand::text).toList()) + "]";
      case Json.Members members -> {
        var parts = new ArrayList<String>();
        members.fields().forEach((name, value) -> parts.add(name + ":" + text(value)));
        yield "{" + String.join(",", parts) + "}";
      }
    };
  }
}
