package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body and the URL parameters of an Elasticsearch search. What is not known is refused by
 * name rather than ignored, but for members that only change scores, speed or highlighting.
 */
public final class SearchDslParser {
  private static final int DEFAULT_SIZE = 10;
  private static final int MAX_FIELDS = 100;

  private final TimeText times;

  /** Times without an offset are UTC, bare numbers milliseconds, as Elasticsearch has it. */
  public SearchDslParser(TimeText times) {
    this.times = new TimeText(times.now(), times.zone(), TimeText.Epoch.MILLIS);
  }

  /**
   * Reads a search.
   *
   * @param body empty when there was none
   * @param parameters of the URL; they win over the body
   * @throws HeadroomException INVALID with the name of what is wrong
   */
  public SearchRequest parse(byte[] body, Map<String, String> parameters) {
    boolean blank = true;
    for (byte b : body) {
      blank &= b <= ' ' && b >= 0;
    }
    Json json = blank ? new Json.Members(Map.of()) : Json.read(body, 0, body.length);
    return parse(json, parameters);
  }

  /** The same for a body that was read before. */
  public SearchRequest parse(Json body, Map<String, String> parameters) {
    var node = new DslNode("", withParameters(new DslNode("", body).fields(), parameters));
    node.fields().keySet().forEach(SearchDslParser::checkKnown);
    int from = node.get("from").map(n -> n.number(0, LogSearch.MAX_LIMIT)).orElse(0);
    int size = node.get("size").map(n -> n.number(0, LogSearch.MAX_LIMIT)).orElse(DEFAULT_SIZE);
    if (from + size > LogSearch.MAX_LIMIT) {
      throw HeadroomException.invalid(
          "result window is too large: [from] + [size] must be at most "
              + LogSearch.MAX_LIMIT
              + ", found "
              + (from + size)
              + "; go on with [search_after]");
    }
    SortParser sort = SortParser.of(node.get("sort"));
    Optional<LogCursor> after = node.get("search_after").flatMap(n -> sort.after(n, times));
    return new SearchRequest(
        filter(node, parameters),
        from,
        size,
        sort.sort(),
        sort.showMillis(),
        after,
        !node.get("track_total_hits").map(n -> n.text().equals("false")).orElse(false),
        source(node, parameters),
        fields(node),
        new DslAggregationParser(times).children(node, 0));
  }

  private static Json withParameters(Map<String, Json> body, Map<String, String> parameters) {
    var all = new LinkedHashMap<>(body);
    for (String name : List.of("size", "from", "track_total_hits", "_source")) {
      String value = parameters.get(name);
      if (value != null) {
        all.put(name, commaList(value));
      }
    }
    String sort = parameters.get("sort");
    if (sort != null) {
      all.put("sort", commaList(sort));
    }
    return new Json.Members(all);
  }

  private static Json commaList(String value) {
    if (value.indexOf(',') < 0) {
      return new Json.Scalar(value, Json.Kind.STRING);
    }
    var items = new ArrayList<Json>();
    for (String part : value.split(",", -1)) {
      items.add(new Json.Scalar(part, Json.Kind.STRING));
    }
    return new Json.Items(items);
  }

  private static void checkKnown(String name) {
    switch (name) {
      case "query", "from", "size", "sort", "search_after", "track_total_hits", "_source" -> {}
      case "aggs", "aggregations", "fields", "docvalue_fields", "stored_fields" -> {}
      case "highlight", "timeout", "track_scores", "explain", "version", "seq_no_primary_term" -> {}
      case "script_fields", "runtime_mappings", "stats", "profile", "terminate_after" -> {}
      default -> throw HeadroomException.invalid("unknown key [" + name + "] in the search body");
    }
  }

  private LogFilter filter(DslNode node, Map<String, String> parameters) {
    LogFilter body =
        node.get("query")
            .filter(query -> !query.isObject() || !query.fields().isEmpty())
            .map(query -> new DslQueryParser(times).query(query))
            .orElse(LogFilter.ALL);
    String text = parameters.get("q");
    if (text == null) {
      return body;
    }
    var members = new LinkedHashMap<String, Json>();
    members.put("query", new Json.Scalar(text, Json.Kind.STRING));
    copy(parameters, "default_operator", members);
    copy(parameters, "df", members);
    Json field = members.remove("df");
    if (field != null) {
      members.put("default_field", field);
    }
    return new DslTextQueries(times).queryString(new DslNode("q", new Json.Members(members)));
  }

  private static void copy(Map<String, String> from, String name, Map<String, Json> to) {
    String value = from.get(name);
    if (value != null) {
      to.put(name, new Json.Scalar(value, Json.Kind.STRING));
    }
  }

  private static SourceFilter source(DslNode node, Map<String, String> parameters) {
    List<String> includes = names(parameters.get("_source_includes"));
    List<String> excludes = names(parameters.get("_source_excludes"));
    if (!includes.isEmpty() || !excludes.isEmpty()) {
      return new SourceFilter(true, includes, excludes);
    }
    return node.get("_source").map(SearchDslParser::source).orElse(SourceFilter.EVERYTHING);
  }

  private static SourceFilter source(DslNode node) {
    if (node.isObject()) {
      return new SourceFilter(
          true,
          node.get("includes")
              .or(() -> node.get("include"))
              .map(SearchDslParser::texts)
              .orElse(List.of()),
          node.get("excludes")
              .or(() -> node.get("exclude"))
              .map(SearchDslParser::texts)
              .orElse(List.of()));
    }
    List<String> names = texts(node);
    return switch (node.isArray() ? "" : names.getFirst()) {
      case "true" -> SourceFilter.EVERYTHING;
      case "false" -> SourceFilter.NOTHING;
      default -> new SourceFilter(true, names, List.of());
    };
  }

  private static List<String> texts(DslNode node) {
    List<DslNode> nodes = node.oneOrMany();
    if (nodes.size() > MAX_FIELDS) {
      throw node.wrong("at most " + MAX_FIELDS + " names");
    }
    return nodes.stream().map(DslNode::text).toList();
  }

  private static List<String> names(@Nullable String list) {
    return list == null || list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }

  /** {@code fields} and {@code docvalue_fields}: names, or objects with a name and a format. */
  private static List<String> fields(DslNode node) {
    var names = new ArrayList<String>();
    for (String member : List.of("fields", "docvalue_fields")) {
      for (DslNode item : node.get(member).map(DslNode::oneOrMany).orElse(List.of())) {
        String name = item.isObject() ? item.require("field").text() : item.text();
        if (!names.contains(name)) {
          names.add(name);
        }
      }
    }
    if (names.size() > MAX_FIELDS) {
      throw HeadroomException.invalid("[fields] takes at most " + MAX_FIELDS + " names");
    }
    return names;
  }
}
