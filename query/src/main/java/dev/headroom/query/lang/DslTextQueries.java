package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DSL queries whose argument is a text that a person typed. */
final class DslTextQueries {
  private final TimeText times;

  DslTextQueries(TimeText times) {
    this.times = times;
  }

  /** What every query of a text may have beside it, because it only changes scores or speed. */
  private static final Set<String> COMMON =
      Set.of(
          "query",
          "boost",
          "_name",
          "lenient",
          "zero_terms_query",
          "auto_generate_synonyms_phrase_query",
          "fuzzy_transpositions",
          "fuzzy_rewrite",
          "prefix_length",
          "max_expansions",
          "fuzziness",
          "tie_breaker");

  private static void check(DslNode body, String... more) {
    if (!body.isObject()) {
      return;
    }
    Set<String> known = new HashSet<>(COMMON);
    known.addAll(List.of(more));
    DslAggregationBody.allow(body, known);
    if (body.get("fuzziness").filter(n -> !n.text().equals("0")).isPresent()) {
      throw HeadroomException.invalid("[" + body.path() + "] does not support [fuzziness]");
    }
  }

  /**
   * The words of the text, any or all of them. The store decides what a token is, and keyword
   * fields match whole; so a text of several words also matches as a whole.
   */
  LogFilter match(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    check(body, "operator", "minimum_should_match");
    return words(
        DslNode.field(only.getKey()), DslQueryParser.value(body, "query").text(), body, false);
  }

  /**
   * @param isBegun whether the last word is only begun
   */
  private LogFilter words(String field, String text, DslNode options, boolean isBegun) {
    if (field.equals(LogSchema.TIMESTAMP)) {
      return TimeFilter.at(times.span(text));
    }
    String[] words = text.trim().split("\\s+");
    var parts = new ArrayList<LogFilter>();
    for (int i = 0; i < words.length; i++) {
      parts.add(
          isBegun && i == words.length - 1
              ? new LogFilter.Prefix(field, words[i])
              : new LogFilter.Term(field, words.length == 1 ? text : words[i]));
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return together(
        parts,
        isBegun ? new LogFilter.Prefix(field, text) : new LogFilter.Term(field, text),
        options);
  }

  /** As many of the parts as the options say, or the whole. */
  private static LogFilter together(List<LogFilter> parts, LogFilter whole, DslNode options) {
    boolean all = options.isObject() && isAnd(options.get("operator"));
    int minimum = all ? parts.size() : 1;
    if (!all && options.isObject() && options.get("minimum_should_match").isPresent()) {
      minimum = DslQueryParser.minimum(options.require("minimum_should_match"), parts.size());
    }
    if (minimum > parts.size()) {
      return LogFilter.NONE;
    }
    if (minimum == parts.size()) {
      return LogFilter.or(List.of(whole, LogFilter.and(parts)));
    }
    if (minimum > 1) {
      return LogFilter.or(List.of(whole, new LogFilter.Or(List.copyOf(parts), minimum)));
    }
    List<LogFilter> any = new ArrayList<>(parts);
    any.addFirst(whole);
    return LogFilter.or(any);
  }

  /** Each word in any of the fields. */
  private static LogFilter acrossFields(DslNode node, String text) {
    List<LogFilter> parts = new ArrayList<>();
    for (String word : text.trim().split("\\s+")) {
      parts.add(anyField(node, field -> new LogFilter.Term(field, word)));
    }
    return parts.size() == 1
        ? parts.getFirst()
        : together(parts, anyField(node, field -> new LogFilter.Term(field, text)), node);
  }

  LogFilter matchPhrase(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    check(body, "slop");
    return phrase(
        DslNode.field(only.getKey()), DslQueryParser.value(body, "query").text(), slop(body));
  }

  private static int slop(DslNode body) {
    return body.isObject()
        ? Math.min(1000, body.get("slop").map(n -> n.number(0, 1_000_000)).orElse(0))
        : 0;
  }

  private static LogFilter phrase(String field, String text, int slop) {
    return slop == 0 ? new LogFilter.Term(field, text) : new LogFilter.Phrase(field, text, slop);
  }

  LogFilter matchPhrasePrefix(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    check(body, "slop");
    return new LogFilter.PhrasePrefix(
        DslNode.field(only.getKey()), DslQueryParser.value(body, "query").text(), slop(body));
  }

  LogFilter matchBoolPrefix(DslNode node) {
    Map.Entry<String, DslNode> only = node.only("field");
    DslNode body = only.getValue();
    check(body, "operator", "minimum_should_match");
    return words(
        DslNode.field(only.getKey()), DslQueryParser.value(body, "query").text(), body, true);
  }

  LogFilter multiMatch(DslNode node) {
    check(node, "fields", "type", "operator", "minimum_should_match", "slop");
    String text = node.require("query").text();
    int slop = slop(node);
    return switch (node.get("type").map(DslNode::text).orElse("best_fields")) {
      case "phrase" -> anyField(node, field -> phrase(field, text, slop));
      case "phrase_prefix" ->
          anyField(node, field -> new LogFilter.PhrasePrefix(field, text, slop));
      case "bool_prefix" -> anyField(node, field -> words(field, text, node, true));
      case "best_fields", "most_fields" -> anyField(node, field -> words(field, text, node, false));
      case "cross_fields" -> acrossFields(node, text);
      default ->
          throw node.require("type")
              .wrong(
                  "best_fields, most_fields, cross_fields, phrase, phrase_prefix or bool_prefix");
    };
  }

  LogFilter queryString(DslNode node) {
    for (String name : List.of("minimum_should_match", "fuzziness", "phrase_slop")) {
      if (node.get(name).isPresent()) {
        throw HeadroomException.invalid("[query_string] does not support [" + name + "]");
      }
    }
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
