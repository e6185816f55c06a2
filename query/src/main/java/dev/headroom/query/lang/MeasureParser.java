package dev.headroom.query.lang;

import dev.headroom.query.lang.PipeStage.Function;
import dev.headroom.query.lang.PipeStage.Group;
import dev.headroom.query.lang.PipeStage.Measure;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The stages that count and measure: {@code stats} and {@code timechart}. */
final class MeasureParser {
  static final String TIME = "_time";

  private static final String FUNCTIONS =
      "count(), sum(field), avg(field), min(field), max(field), stddev(field), median(field),"
          + " p95(field), uniq(field), first(field), last(field) or values(field)";

  private static final int MAX_VALUES = 1000;
  private static final int DEFAULT_VALUES = 100;
  private static final int MAX_SERIES = 50;
  private static final int DEFAULT_SERIES = 10;

  private record Named(Function function, double argument, String word) {}

  private final QueryText in;
  private final StageWords words;

  MeasureParser(QueryText in, StageWords words) {
    this.in = in;
    this.words = words;
  }

  PipeStage.Stats stats() {
    List<Measure> measures = measures();
    int start = in.at();
    List<Group> by = words.takeWord("by") ? groups() : List.of();
    checkNames(
        Stream.concat(by.stream().map(Group::name), measures.stream().map(Measure::name)).toList(),
        start);
    return new PipeStage.Stats(measures, by);
  }

  private void checkNames(List<String> names, int start) {
    if (names.stream().distinct().count() < names.size()) {
      throw in.error("two columns have the same name; tell them apart with \"as\"", start);
    }
  }

  PipeStage.TimeChart timeChart() {
    in.skipBlanks();
    if (!in.take("span=")) {
      throw in.expected("span= and a length of time, such as span=5m");
    }
    TimeSpan span = span();
    List<Measure> measures = measures();
    int start = in.at();
    String by = words.takeWord("by") ? words.name("a field whose values become columns") : "";
    in.skipBlanks();
    int series =
        !by.isEmpty() && in.take("limit=")
            ? words.number("a number of columns", 1, MAX_SERIES)
            : DEFAULT_SERIES;
    checkNames(
        Stream.concat(Stream.of(TIME), measures.stream().map(Measure::name)).toList(), start);
    return new PipeStage.TimeChart(span, measures, by, series);
  }

  private List<Measure> measures() {
    var measures = new ArrayList<Measure>();
    do {
      if (measures.size() == StageWords.MAX_NAMES) {
        throw in.error("more than " + StageWords.MAX_NAMES + " functions", in.at());
      }
      measures.add(measure());
      in.skipBlanks();
    } while (in.take(","));
    return measures;
  }

  private Measure measure() {
    in.skipBlanks();
    int start = in.at();
    Named named = function(start);
    String field = "";
    double argument = named.argument();
    in.skipBlanks();
    if (named.function() != Function.COUNT || in.peek() == '(') {
      words.open("\"(\" and a field name");
      if (named.function() != Function.COUNT || in.peek() != ')') {
        field = words.name("a field name");
        in.skipBlanks();
      }
      if (named.function() == Function.VALUES && in.take(",")) {
        argument = words.number("a number of values", 1, MAX_VALUES);
      }
      words.close();
    }
    String name = field.isEmpty() ? named.word() : named.word() + "(" + field + ")";
    return new Measure(named.function(), argument, field, alias(name));
  }

  private String alias(String otherwise) {
    return words.takeWord("as") ? words.name("a column name") : otherwise;
  }

  private Named function(int start) {
    String word = words.letters();
    if (word.equals("p") && words.atDigit()) {
      return percentile(start);
    }
    return switch (word) {
      case "median" -> new Named(Function.PERCENTILE, 50, word);
      case "values" -> new Named(Function.VALUES, DEFAULT_VALUES, word);
      case "count", "sum", "avg", "min", "max", "stddev", "uniq", "first", "last" ->
          new Named(Function.valueOf(word.toUpperCase(Locale.ROOT)), 0, word);
      default -> throw in.expected(FUNCTIONS, start);
    };
  }

  /** {@code p95}, {@code p99.9}. */
  private Named percentile(int start) {
    var digits = new StringBuilder();
    while (words.atDigit() || in.peek() == '.' && digits.indexOf(".") < 0) {
      digits.append(in.next());
    }
    String text = digits.toString();
    double value = text.endsWith(".") || text.length() > 10 ? -1 : Double.parseDouble(text);
    if (value < 0 || value > 100) {
      throw in.expected("a percentile from p0 to p100, such as p95 or p99.9", start);
    }
    return new Named(Function.PERCENTILE, value, "p" + text);
  }

  private List<Group> groups() {
    var groups = new ArrayList<Group>();
    do {
      if (groups.size() == StageWords.MAX_NAMES) {
        throw in.error("more than " + StageWords.MAX_NAMES + " names", in.at());
      }
      in.skipBlanks();
      groups.add(
          in.startsWith("bucket(")
              ? bucket()
              : new PipeStage.ByField(words.name("a field to group by")));
      in.skipBlanks();
    } while (in.take(","));
    return groups;
  }

  private Group bucket() {
    in.skip("bucket".length());
    words.open("\"(\" and a length of time");
    TimeSpan span = span();
    words.close();
    return new PipeStage.ByTime(span, alias(TIME));
  }

  /** A length, and behind a comma the zone whose clocks are meant. */
  private TimeSpan span() {
    in.skipBlanks();
    int start = in.at();
    long nanos = words.nanos();
    in.skipBlanks();
    ZoneId zone = in.take(",") ? zone() : ZoneOffset.UTC;
    return words.at(start, () -> TimeSpan.of(nanos, zone));
  }

  private ZoneId zone() {
    in.skipBlanks();
    int start = in.at();
    String text = words.name("a time zone such as Europe/Berlin or +02:00");
    try {
      return ZoneId.of(text);
    } catch (DateTimeException _) {
      throw in.expected("a time zone such as Europe/Berlin or +02:00", start);
    }
  }
}
