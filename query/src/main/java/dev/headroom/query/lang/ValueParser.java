package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One clause of Lucene query syntax: a field name, then a term, phrase, pattern or range. */
final class ValueParser {
  private static final String EXISTS = "_exists_";
  private static final String ID = "_id";

  /**
   * A bare word, unescaped, and as a wildcard pattern in which literal {@code * ? \} stay escaped.
   */
  private record Word(String text, String pattern, int wildcards, boolean endsWithStar) {
    boolean isStar() {
      return pattern.equals("*");
    }

    boolean isPrefix() {
      return wildcards == 1 && endsWithStar && pattern.length() > 1;
    }
  }

  private final QueryText in;
  private final TimeText times;

  ValueParser(QueryText in, TimeText times) {
    this.in = in;
    this.times = times;
  }

  /** Takes {@code name:} and gives the name; takes nothing and gives "" if none stands here. */
  String fieldName() {
    if (!startsWord(in.peek())) {
      return "";
    }
    int start = in.at();
    Word word = word(false);
    if (in.peek() != ':') {
      in.skip(start - in.at());
      return "";
    }
    if (word.wildcards() > 0 && !word.isStar()) {
      throw in.error("a field name cannot hold wildcards", start);
    }
    in.skip(1);
    return word.pattern().equals("*") ? "*" : word.text();
  }

  /**
   * @param isDefault whether the field was not named, so that comparisons mean nothing
   */
  LogFilter value(String field, boolean isDefault) {
    int start = in.at();
    LogFilter filter =
        switch (in.peek()) {
          case '"' -> phrase(field);
          case '/' -> regex(field);
          case '[', '{' -> range(field, isDefault);
          case '<', '>' -> isDefault ? wordFilter(field, true) : comparison(field);
          default -> wordFilter(field, isDefault);
        };
    skipBoost();
    if (in.peek() == ':') {
      throw in.error("a value with a colon needs quotes, or a field name before it", start);
    }
    return filter;
  }

  /** Boosts change scores, and Headroom has none. */
  void skipBoost() {
    if (in.peek() != '^') {
      return;
    }
    int start = in.at();
    in.skip(1);
    number("a boost such as ^2", start);
  }

  private String number(String what, int start) {
    var digits = new StringBuilder();
    while (Character.isDigit(in.peek()) || in.peek() == '.') {
      digits.append(in.next());
    }
    if (digits.isEmpty()) {
      throw in.expected(what, start);
    }
    return digits.toString();
  }

  private LogFilter wordFilter(String field, boolean isDefault) {
    int start = in.at();
    boolean negative = !isDefault && in.peek() == '-' && Character.isDigit(in.peek(1));
    if (!startsWord(in.peek()) && !negative) {
      throw in.expected(isDefault ? "a search term" : "a value for " + field);
    }
    Word word = word(!isDefault);
    refuseFuzzy();
    if (word.isStar()) {
      return isDefault || field.equals("*") ? LogFilter.ALL : new LogFilter.Exists(field);
    }
    if (field.equals("*")) {
      return pattern(LogFilter.ANY_FIELD, word);
    }
    return switch (field) {
      case EXISTS -> new LogFilter.Exists(word.text());
      case ID -> new LogFilter.Ids(List.of(word.text()));
      case LogSchema.TIMESTAMP -> at(start, () -> TimeFilter.at(times.span(word.text())));
      default -> pattern(field, word);
    };
  }

  private static LogFilter pattern(String field, Word word) {
    if (word.wildcards() == 0) {
      return new LogFilter.Term(field, word.text());
    }
    if (word.isPrefix()) {
      return new LogFilter.Prefix(field, word.text().substring(0, word.text().length() - 1));
    }
    return new LogFilter.Wildcard(field, word.pattern());
  }

  private void refuseFuzzy() {
    if (in.peek() == '~') {
      throw in.error(
          "fuzzy search (~) is not supported; expected a wildcard such as time*", in.at());
    }
  }

  private LogFilter phrase(String field) {
    int start = in.at();
    String text = quoted();
    int slop = slop();
    if (field.equals(EXISTS)) {
      return new LogFilter.Exists(text);
    }
    if (field.equals(ID)) {
      return new LogFilter.Ids(List.of(text));
    }
    if (field.equals(LogSchema.TIMESTAMP)) {
      return at(start, () -> TimeFilter.at(times.span(text)));
    }
    String named = field.equals("*") ? LogFilter.ANY_FIELD : field;
    if (text.isBlank() && named.equals(LogFilter.ANY_FIELD)) {
      throw in.expected("text between the quotes", start);
    }
    return slop == 0 ? new LogFilter.Term(named, text) : new LogFilter.Phrase(named, text, slop);
  }

  private int slop() {
    if (in.peek() != '~') {
      return 0;
    }
    int start = in.at();
    in.skip(1);
    double slop = Double.parseDouble(parseable(number("a distance such as ~3", start), start));
    return (int) Math.min(slop, 1000);
  }

  private String parseable(String digits, int start) {
    if (digits.indexOf('.') != digits.lastIndexOf('.') || digits.equals(".")) {
      throw in.expected("a number", start);
    }
    return digits;
  }

  private String quoted() {
    int start = in.at();
    in.skip(1);
    var text = new StringBuilder();
    while (in.peek() != '"') {
      if (in.atEnd()) {
        throw in.error("this quote is not closed; expected a second \"", start);
      }
      text.append(unescaped());
    }
    in.skip(1);
    return text.toString();
  }

  private char unescaped() {
    char c = in.next();
    if (c != '\\') {
      return c;
    }
    if (in.atEnd()) {
      throw in.expected("a character after \\");
    }
    return in.next();
  }

  private LogFilter regex(String field) {
    int start = in.at();
    in.skip(1);
    var pattern = new StringBuilder();
    while (in.peek() != '/') {
      if (in.atEnd()) {
        throw in.error("this regular expression is not closed; expected a second /", start);
      }
      if (in.startsWith("\\/")) {
        in.skip(1);
      } else if (in.peek() == '\\' && in.peek(1) != QueryText.END) {
        pattern.append(in.next());
      }
      pattern.append(in.next());
    }
    in.skip(1);
    String named = field.equals("*") ? LogFilter.ANY_FIELD : field;
    return new LogFilter.Regex(named, pattern.toString());
  }

  private LogFilter range(String field, boolean isDefault) {
    int start = in.at();
    if (isDefault || field.equals("*")) {
      throw in.error("a range needs a field name before it, such as status:[500 TO 599]", start);
    }
    boolean includeLower = in.next() == '[';
    String lower = bound("TO");
    in.skipBlanks();
    if (!in.take("TO")) {
      throw in.expected("TO between the bounds of the range");
    }
    String upper = bound("] or }");
    in.skipBlanks();
    char close = in.peek();
    if (close != ']' && close != '}') {
      throw in.expected("] or } at the end of the range");
    }
    in.skip(1);
    return rangeFilter(start, field, lower, includeLower, upper, close == ']');
  }

  private LogFilter rangeFilter(
      int start,
      String field,
      @Nullable String lower,
      boolean includeLower,
      @Nullable String upper,
      boolean includeUpper) {
    if (lower == null && upper == null) {
      return new LogFilter.Exists(field);
    }
    if (field.equals(LogSchema.TIMESTAMP)) {
      return at(
          start,
          () ->
              TimeFilter.between(
                  lower == null ? null : times.span(lower),
                  includeLower,
                  upper == null ? null : times.span(upper),
                  includeUpper));
    }
    return new LogFilter.Range(field, lower, includeLower, upper, includeUpper);
  }

  private @Nullable String bound(String before) {
    in.skipBlanks();
    if (in.peek() == '"') {
      return quoted();
    }
    var text = new StringBuilder();
    boolean escaped = false;
    while (!in.atEnd() && !QueryText.isBlank(in.peek()) && in.peek() != ']' && in.peek() != '}') {
      escaped |= in.peek() == '\\';
      text.append(unescaped());
    }
    if (text.isEmpty()) {
      throw in.expected("a bound (or *) before " + before);
    }
    return !escaped && text.toString().equals("*") ? null : text.toString();
  }

  private LogFilter comparison(String field) {
    int start = in.at();
    boolean above = in.next() == '>';
    boolean inclusive = in.take("=");
    in.skipBlanks();
    if (in.peek() != '"' && !startsWord(in.peek()) && in.peek() != '-' && in.peek() != '+') {
      throw in.expected("a value to compare " + field + " with");
    }
    String value = in.peek() == '"' ? quoted() : signedWord();
    return above
        ? rangeFilter(start, field, value, inclusive, null, false)
        : rangeFilter(start, field, null, false, value, inclusive);
  }

  private String signedWord() {
    String sign = in.peek() == '-' || in.peek() == '+' ? String.valueOf(in.next()) : "";
    return sign.equals("-") ? sign + word(true).text() : word(true).text();
  }

  private Word word(boolean colons) {
    var text = new StringBuilder();
    var pattern = new StringBuilder();
    int wildcards = 0;
    boolean star = false;
    while (continuesWord(in.peek(), colons)) {
      boolean escaped = in.peek() == '\\';
      char c = unescaped();
      star = !escaped && c == '*';
      if (!escaped && (c == '*' || c == '?')) {
        wildcards++;
      } else if (c == '*' || c == '?' || c == '\\') {
        pattern.append('\\');
      }
      text.append(c);
      pattern.append(c);
    }
    return new Word(text.toString(), pattern.toString(), wildcards, star);
  }

  private static boolean startsWord(char c) {
    return continuesWord(c, false) && "+-!/".indexOf(c) < 0;
  }

  private static boolean continuesWord(char c, boolean colons) {
    return c != QueryText.END
        && !QueryText.isBlank(c)
        && "()[]{}\"^~|".indexOf(c) < 0
        && (colons || c != ':');
  }

  /** Adds the column to what is wrong with a point in time. */
  private LogFilter at(int start, Supplier<LogFilter> filter) {
    try {
      return filter.get();
    } catch (HeadroomException e) {
      throw in.error(String.valueOf(e.getMessage()), start);
    }
  }
}
