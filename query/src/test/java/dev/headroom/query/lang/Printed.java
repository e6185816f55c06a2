package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import java.util.List;
import java.util.stream.Collectors;

/** Filters as short texts, so that a table of cases can be read. */
final class Printed {
  static String of(LogFilter filter) {
    return switch (filter) {
      case LogFilter.All _ -> "all";
      case LogFilter.None _ -> "none";
      case LogFilter.And and -> "(and " + list(and.parts()) + ")";
      case LogFilter.Or or ->
          "(or" + (or.minimum() == 1 ? "" : or.minimum()) + " " + list(or.parts()) + ")";
      case LogFilter.Not not -> "(not " + of(not.part()) + ")";
      case LogFilter.Term term -> field(term.field()) + "'" + term.value() + "'";
      case LogFilter.Terms terms -> field(terms.field()) + terms.values();
      case LogFilter.Phrase phrase ->
          field(phrase.field()) + "\"" + phrase.text() + "\"~" + phrase.slop();
      case LogFilter.PhrasePrefix phrase ->
          field(phrase.field()) + "\"" + phrase.text() + "*\"~" + phrase.slop();
      case LogFilter.Prefix prefix -> field(prefix.field()) + "prefix'" + prefix.prefix() + "'";
      case LogFilter.Wildcard wild -> field(wild.field()) + "wild'" + wild.pattern() + "'";
      case LogFilter.Regex regex -> field(regex.field()) + "/" + regex.pattern() + "/";
      case LogFilter.Range range ->
          field(range.field())
              + (range.includeLower() ? "[" : "{")
              + range.lower()
              + " "
              + range.upper()
              + (range.includeUpper() ? "]" : "}");
      case LogFilter.Exists exists -> "exists(" + exists.field() + ")";
      case LogFilter.Ids ids -> "ids" + ids.ids();
    };
  }

  private static String list(List<LogFilter> parts) {
    return parts.stream().map(Printed::of).collect(Collectors.joining(" "));
  }

  private static String field(String name) {
    return name.isEmpty() ? "" : name + ":";
  }

  private Printed() {}
}
