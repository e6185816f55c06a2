package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
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

  /** Elasticsearch counts so many hits unless it is told otherwise. */
  private static final int DEFAULT_TOTAL = 10_000;

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
    node.fields().keySet().forEach(name -> checkKnown(node, name));
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
    Optional<LogCursor> after = node.get("search_after").map(n -> sort.after(n, times));
    if (after.isPresent() && from > 0) {
      throw HeadroomException.invalid(
          "`from` parameter must be set to 0 when `search_after` is used");
    }
    Optional<String> pit = node.get("pit").map(n -> n.require("id").text());
    return new SearchRequest(
        filter(node, parameters),
        from,
        size,
        sort.sort().or(() -> pit.map(_ -> LogSort.NEWEST)),
        sort.showMillis(),
        after,
        node.get("track_total_hits").map(SearchDslParser::total).orElse(DEFAULT_TOTAL),
        source(node, parameters),
        SourceFilterParser.fields(node),
        new DslAggregationParser(times).of(node),
        pit);
  }

  /** Up to how many hits are counted: all, none, or a number. */
  private static int total(DslNode node) {
    return switch (node.text()) {
      case "true", "-1" -> Integer.MAX_VALUE;
      case "false" -> 0;
      default -> node.number(0, Integer.MAX_VALUE);
    };
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

  private static void checkKnown(DslNode body, String name) {
    switch (name) {
      case "query", "from", "size", "sort", "search_after", "track_total_hits", "_source" -> {}
      case "aggs", "aggregations", "fields", "docvalue_fields", "stored_fields", "pit" -> {}
      case "highlight", "timeout", "track_scores", "version", "seq_no_primary_term" -> {}
      case "stats", "terminate_after" -> {}
      case "script_fields", "runtime_mappings", "ext" -> {
        // Clients send them empty.
        if (body.get(name).filter(n -> !n.fields().isEmpty()).isPresent()) {
          throw HeadroomException.invalid("[" + name + "] is not supported");
        }
      }
      case "explain", "profile" -> {
        if (body.get(name).map(DslNode::flag).orElse(false)) {
          throw HeadroomException.invalid("[" + name + "] is not supported");
        }
      }
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
    return node.get("_source").map(SourceFilterParser::of).orElse(SourceFilter.EVERYTHING);
  }

  private static List<String> names(@Nullable String list) {
    return list == null || list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }
}
