package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Queries of the Elasticsearch DSL. Depth is bounded by {@link Json#MAX_DEPTH}. */
final class DslQueryParser {
  private final TimeText times;
  private final DslTextQueries texts;
  private int clauses;

  DslQueryParser(TimeText times) {
    this.times = times;
    this.texts = new DslTextQueries(times);
  }

  LogFilter query(DslNode node) {
    if (++clauses > FilterParser.MAX_CLAUSES) {
      throw HeadroomException.invalid("more than " + FilterParser.MAX_CLAUSES + " clauses");
    }
    Map.Entry<String, DslNode> only = node.only("query");
    DslNode body = only.getValue();
    return switch (only.getKey()) {
      case "match_all" -> LogFilter.ALL;
      case "match_none" -> LogFilter.NONE;
      case "bool" -> bool(body);
      case "constant_score" -> query(body.require("filter"));
      case "term" -> term(body);
      case "terms" -> terms(body);
      case "range" -> range(body);
      case "exists" -> new LogFilter.Exists(DslNode.field(body.require("field").text()));
      case "ids" ->
          new LogFilter.Ids(
              body.require("values").oneOrMany().stream().map(DslNode::text).toList());
      case "prefix" -> pattern(body, LogFilter.Prefix::new);
      case "wildcard" -> pattern(body, LogFilter.Wildcard::new);
      case "regexp" -> pattern(body, LogFilter.Regex::new);
      case "match" -> texts.match(body);
      case "match_phrase" -> texts.matchPhrase(body);
      case "match_phrase_prefix" -> texts.matchPhrasePrefix(body);
      case "match_bool_prefix" -> texts.matchBoolPrefix(body);
      case "dis_max" -> {
        DslAggregationBody.allow(body, Set.of("queries", "tie_breaker", "boost", "_name"));
        yield LogFilter.or(body.require("queries").oneOrMany().stream().map(this::query).toList());
      }
      case "nested" -> {
        // Objects inside of records are their fields.
        DslAggregationBody.allow(
            body, Set.of("path", "query", "score_mode", "ignore_unmapped", "boost", "_name"));
        yield query(body.require("query"));
      }
      case "boosting" -> query(body.require("positive"));
      case "function_score" -> {
        if (body.get("min_score").isPresent()) {
          throw HeadroomException.invalid("[function_score] does not support [min_score]");
        }
        yield body.get("query").map(this::query).orElse(LogFilter.ALL);
      }
      case "multi_match" -> texts.multiMatch(body);
      case "query_string" -> texts.queryString(body);
      case "simple_query_string" -> texts.simpleQueryString(body);
      default -> throw HeadroomException.invalid("unknown query [" + only.getKey() + "]");
    };
  }

  private LogFilter bool(DslNode node) {
    var all = new ArrayList<LogFilter>();
    for (String name : node.fields().keySet()) {
      switch (name) {
        case "must", "filter" -> all.addAll(queries(node, name));
        case "must_not" -> queries(node, name).forEach(q -> all.add(new LogFilter.Not(q)));
        case "should", "minimum_should_match", "boost", "_name", "adjust_pure_negative" -> {}
        default -> throw HeadroomException.invalid("[bool] query does not support [" + name + "]");
      }
    }
    List<LogFilter> should = queries(node, "should");
    boolean required = node.get("must").isPresent() || node.get("filter").isPresent();
    int minimum =
        node.get("minimum_should_match")
            .map(n -> minimum(n, should.size()))
            .orElse(required || should.isEmpty() ? 0 : 1);
    if (minimum > should.size()) {
      return LogFilter.NONE;
    }
    if (minimum == 1) {
      all.add(LogFilter.or(should));
    } else if (minimum > 1) {
      all.add(new LogFilter.Or(List.copyOf(should), minimum));
    }
    return LogFilter.and(all);
  }

  private List<LogFilter> queries(DslNode bool, String name) {
    return bool.get(name).stream().flatMap(n -> n.oneOrMany().stream()).map(this::query).toList();
  }

  /** {@code minimum_should_match}: a number or percentage, of all or, if negative, fewer. */
  static int minimum(DslNode node, int clauses) {
    String text = node.text();
    boolean percent = text.endsWith("%");
    try {
      int value = Integer.parseInt(percent ? text.substring(0, text.length() - 1) : text);
      int count = percent ? (int) ((long) clauses * value / 100) : value;
      return Math.max(0, value < 0 ? clauses + count : count);
    } catch (NumberFormatException _) {
      throw node.wrong("a number or a percentage");
    }
  }

  private LogFilter term(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode value = value(only.getValue(), "value");
    return term(DslNode.field(only.getKey()), value);
  }

  private LogFilter term(String field, DslNode value) {
    return switch (field) {
      case "_id" -> new LogFilter.Ids(List.of(value.text()));
      case LogSchema.TIMESTAMP -> TimeFilter.at(times.span(value.text()));
      default -> new LogFilter.Term(field, value.text());
    };
  }

  private LogFilter terms(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    if (!only.getValue().isArray()) {
      throw only.getValue().wrong("an array of values");
    }
    List<DslNode> values = only.getValue().oneOrMany();
    if (values.size() > 65_536) {
      throw HeadroomException.invalid("[" + node.path() + "] takes at most 65536 values");
    }
    String field = DslNode.field(only.getKey());
    return switch (field) {
      case "_id" -> new LogFilter.Ids(values.stream().map(DslNode::text).toList());
      case LogSchema.TIMESTAMP -> LogFilter.or(values.stream().map(v -> term(field, v)).toList());
      default -> new LogFilter.Terms(field, values.stream().map(DslNode::text).toList());
    };
  }

  private interface PatternFilter {
    LogFilter of(String field, String pattern);
  }

  private static LogFilter pattern(DslNode node, PatternFilter kind) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    if (body.isObject()) {
      DslAggregationBody.allow(
          body,
          Set.of(
              "value",
              "wildcard",
              "boost",
              "_name",
              "rewrite",
              "case_insensitive",
              "max_determinized_states",
              "flags"));
      if (body.get("flags").filter(flags -> !flags.text().equals("ALL")).isPresent()) {
        throw body.require("flags").wrong("ALL");
      }
    }
    return kind.of(DslNode.field(only.getKey()), value(body, "value").text());
  }

  /** {@code {"f": v}} or {@code {"f": {"value": v}}}. */
  static DslNode value(DslNode node, String name) {
    if (!node.isObject()) {
      return node;
    }
    if (node.get("case_insensitive").map(DslNode::flag).orElse(false)) {
      throw HeadroomException.invalid("[" + node.path() + "] does not support [case_insensitive]");
    }
    return node.get(name).or(() -> node.get("wildcard")).orElseGet(() -> node.require(name));
  }

  private LogFilter range(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    String field = DslNode.field(only.getKey());
    for (String name : body.fields().keySet()) {
      switch (name) {
        case "gt", "gte", "lt", "lte", "format", "time_zone", "relation", "boost" -> {}
        default -> throw HeadroomException.invalid("[range] query does not support [" + name + "]");
      }
    }
    Optional<DslNode> gt = body.get("gt");
    Optional<DslNode> lt = body.get("lt");
    Optional<DslNode> lower = gt.or(() -> body.get("gte"));
    Optional<DslNode> upper = lt.or(() -> body.get("lte"));
    if (lower.isEmpty() && upper.isEmpty()) {
      return new LogFilter.Exists(field);
    }
    if (field.equals(LogSchema.TIMESTAMP)) {
      DslTimes read = DslTimes.of(times, body);
      return TimeFilter.between(
          lower.map(read::span).orElse(null),
          gt.isEmpty(),
          upper.map(read::span).orElse(null),
          lt.isEmpty());
    }
    return new LogFilter.Range(
        field,
        lower.map(this::bound).orElse(null),
        gt.isEmpty(),
        upper.map(this::bound).orElse(null),
        lt.isEmpty());
  }

  /** Date math of other fields becomes the ISO text that such fields hold. */
  private String bound(DslNode node) {
    String text = node.text();
    boolean math = text.startsWith("now") || text.contains("||");
    return math ? TimeRange.format(times.span(text).fromNanos()) : text;
  }
}
