package dev.headroom.storage.logs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which records match. Field names are logical ({@code status}, {@code kubernetes.pod}); a field is
 * read in every type its values have. {@link #ANY_FIELD} stands for "the text of the record": the
 * tokens of its body fields, or a whole keyword value.
 *
 * <p>Rules, the same for the index and for {@link LogMatcher}, which tests use as an oracle:
 * keyword values match whole and case-sensitively; body text matches by token, lower-cased; numbers
 * compare by value whatever the literal's form; a condition on a field that a record lacks does not
 * hold.
 */
public sealed interface LogFilter {
  /** The pseudo field of a search without a field name. */
  String ANY_FIELD = "";

  LogFilter ALL = new All();
  LogFilter NONE = new None();

  record All() implements LogFilter {}

  record None() implements LogFilter {}

  record And(List<LogFilter> parts) implements LogFilter {}

  /** At least {@code minimum} of the parts hold. */
  record Or(List<LogFilter> parts, int minimum) implements LogFilter {}

  record Not(LogFilter part) implements LogFilter {}

  /** The field has this value; several tokens of a body field must follow each other. */
  record Term(String field, String value) implements LogFilter {}

  /** The field has one of these values. */
  record Terms(String field, List<String> values) implements LogFilter {}

  /** The tokens stand in this order, at most {@code slop} moves apart. */
  record Phrase(String field, String text, int slop) implements LogFilter {}

  /** The same with a last token that is only begun; a keyword value starts with the text. */
  record PhrasePrefix(String field, String text, int slop) implements LogFilter {}

  /** The value (keyword) or a token (body, lower-cased) starts so. */
  record Prefix(String field, String prefix) implements LogFilter {}

  /**
   * {@code *} any characters, {@code ?} one, {@code \} escapes; matches the whole value or token.
   */
  record Wildcard(String field, String pattern) implements LogFilter {}

  /** Lucene's regular expressions (automata, linear time); matches the whole value or token. */
  record Regex(String field, String pattern) implements LogFilter {}

  /** Numbers by value, {@code @timestamp} by ISO time or epoch milliseconds, keywords by text. */
  record Range(
      String field,
      @Nullable String lower,
      boolean includeLower,
      @Nullable String upper,
      boolean includeUpper)
      implements LogFilter {}

  record Exists(String field) implements LogFilter {}

  /** The sender's ids, or derived ones. */
  record Ids(List<String> ids) implements LogFilter {}

  static LogFilter and(LogFilter... parts) {
    return and(List.of(parts));
  }

  static LogFilter and(List<LogFilter> parts) {
    return switch (parts.size()) {
      case 0 -> ALL;
      case 1 -> parts.getFirst();
      default -> new And(List.copyOf(parts));
    };
  }

  static LogFilter or(List<LogFilter> parts) {
    return switch (parts.size()) {
      case 0 -> NONE;
      case 1 -> parts.getFirst();
      default -> new Or(List.copyOf(parts), 1);
    };
  }
}
