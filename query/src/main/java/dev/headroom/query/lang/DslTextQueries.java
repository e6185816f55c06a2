package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DSL queries whose argument is a text that a person typed. */
final class DslTextQueries {
  private final TimeText times;

  DslTextQueries(TimeText times) {
    this.times = times;
  }

  /**
   * The words of the text, any or all of them. The store decides what a token is, and keyword
   * fields match whole; so a text of several words also matches as a whole.
   */
  LogFilter match(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    return words(
        DslNode.field(only.getKey()),
        DslQueryParser.value(body, "query").text(),
        body.isObject() && isAnd(body.get("operator")));
  }

  private LogFilter words(String field, String text, boolean all) {
    if (field.equals(LogSchema.TIMESTAMP)) {
      return TimeFilter.at(times.span(text));
    }
    String[] words = text.trim().split("\\s+");
    if (words.length == 1) {
      return new LogFilter.Term(field, text);
    }
    var parts = new ArrayList<LogFilter>();
    for (String word : words) {
      parts.add(new LogFilter.Term(field, word));
    }
    LogFilter whole = new LogFilter.Term(field, text);
    if (all) {
      return LogFilter.or(List.of(whole, LogFilter.and(parts)));
    }
    parts.addFirst(whole);
    return LogFilter.or(parts);
  }

  LogFilter matchPhrase(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    int slop = body.isObject() ? body.get("slop").map(n -> n.number(0, 1_000_000)).orElse(0) : 0;
    return phrase(DslNode.field(only.getKey()), DslQueryParser.value(body, "query").text(), slop);
  }

  private static LogFilter phrase(String field, String text, int slop) {
    return slop == 0
        ? new LogFilter.Term(field, text)
        : new LogFilter.Phrase(field, text, Math.min(slop, 1000));
  }

  LogFilter multiMatch(DslNode node) {
    String text = node.require("query").text();
    boolean all = isAnd(node.get("operator"));
    int slop = node.get("slop").map(n -> n.number(0, 1_000_000)).orElse(0);
    return switch (node.get("type").map(DslNode::text).orElse("best_fields")) {
      case "phrase" -> anyField(node, field -> phrase(field, text, slop));
      case "best_fields", "most_fields", "cross_fields" ->
          anyField(node, field -> words(field, text, all));
      default -> throw node.require("type").wrong("best_fields, most_fields or phrase");
    };
  }

  LogFilter queryString(DslNode node) {
    String text = node.require("query").text();
    var implicit =
        isAnd(node.get("default_operator")) ? FilterSyntax.Implicit.AND : FilterSyntax.Implicit.OR;
    TimeText zoned = DslTimes.of(times, node).text();
    return anyField(
        node, field -> FilterParser.parseAll(text, new FilterSyntax(implicit, field, zoned)));
  }

  private static final Pattern SIMPLE =
      Pattern.compile("(-?)\"([^\"]*)\"?(?:~\\d+)?|(-?)([^\\s\"|+()]+)|[|+]");

  /**
   * Words and quoted phrases, {@code -} before one that must not match, {@code *} behind a prefix,
   * {@code |} between alternatives, {@code +} for all. Nothing is an error.
   */
  LogFilter simpleQueryString(DslNode node) {
    String text = node.require("query").text();
    if (text.length() > QueryText.MAX_CHARS) {
      throw node.require("query").wrong("at most " + QueryText.MAX_CHARS + " characters");
    }
    boolean and = isAnd(node.get("default_operator"));
    return anyField(node, field -> simple(text, field, and));
  }

  private static LogFilter simple(String text, String field, boolean and) {
    var groups = new ArrayList<LogFilter>();
    var group = new ArrayList<LogFilter>();
    boolean all = and;
    Matcher token = SIMPLE.matcher(text);
    while (token.find()) {
      switch (token.group()) {
        case "|" -> {
          addGroup(groups, group, all);
          all = and;
        }
        case "+" -> all = true;
        default -> simpleClause(token, field).ifPresent(group::add);
      }
    }
    addGroup(groups, group, all);
    return groups.isEmpty() ? LogFilter.NONE : LogFilter.or(groups);
  }

  private static void addGroup(List<LogFilter> groups, List<LogFilter> group, boolean all) {
    if (!group.isEmpty()) {
      groups.add(all ? LogFilter.and(group) : LogFilter.or(group));
      group.clear();
    }
  }

  private static Optional<LogFilter> simpleClause(Matcher token, String field) {
    boolean phrase = token.group(2) != null;
    String word = phrase ? token.group(2) : token.group(4);
    if (word.isBlank() || word.equals("-")) {
      return Optional.empty();
    }
    LogFilter filter =
        !phrase && word.length() > 1 && word.endsWith("*")
            ? new LogFilter.Prefix(field, word.substring(0, word.length() - 1))
            : new LogFilter.Term(field, word);
    boolean negated = "-".equals(phrase ? token.group(1) : token.group(3));
    return Optional.of(negated ? new LogFilter.Not(filter) : filter);
  }

  private static LogFilter anyField(DslNode node, Function<String, LogFilter> query) {
    List<String> fields =
        node.get("fields").or(() -> node.get("default_field")).stream()
            .flatMap(n -> n.oneOrMany().stream())
            .map(n -> DslNode.field(n.text()))
            .distinct()
            .toList();
    if (fields.size() > 100) {
      throw HeadroomException.invalid("[" + node.path() + "] takes at most 100 fields");
    }
    return fields.isEmpty()
        ? query.apply(LogFilter.ANY_FIELD)
        : LogFilter.or(fields.stream().map(query).toList());
  }

  private static boolean isAnd(Optional<DslNode> operator) {
    return operator
        .map(
            node ->
                switch (node.text()) {
                  case "and", "AND" -> true;
                  case "or", "OR" -> false;
                  default -> throw node.wrong("AND or OR");
                })
        .orElse(false);
  }
}
