package dev.headroom.query.lang;

import java.util.ArrayList;
import java.util.List;

/** One stage: its keyword and what belongs to it. */
final class StageParser {
  private static final String STAGES =
      "a stage: dedup, eval, extract, fields, head, parse, pattern, rare, sort, stats, tail,"
          + " timechart, top or where";

  private static final int MAX_ROWS = 10_000;
  private static final int MAX_KEPT = 1000;
  private static final int DEFAULT_RANKED = 10;

  private final QueryText in;
  private final StageWords words;
  private final MeasureParser measures;
  private final ExprParser expressions;
  private final SafeRegex regexes = new SafeRegex();

  StageParser(QueryText in) {
    this.in = in;
    this.words = new StageWords(in);
    this.measures = new MeasureParser(in, words);
    this.expressions = new ExprParser(in, words, regexes);
  }

  PipeStage stage() {
    in.skipBlanks();
    int start = in.at();
    return switch (words.letters()) {
      case "head" -> new PipeStage.Head(rows());
      case "tail" -> new PipeStage.Tail(rows());
      case "sort" -> new PipeStage.Sort(keys());
      case "fields" -> fields();
      case "where" -> new PipeStage.Where(expressions.expression());
      case "eval" -> new PipeStage.Eval(assignments());
      case "extract" -> extract();
      case "parse" -> parse();
      case "stats" -> measures.stats();
      case "top" -> ranked(false);
      case "rare" -> ranked(true);
      case "timechart" -> measures.timeChart();
      case "dedup" -> dedup();
      case "pattern" -> new PipeStage.Pattern(optionalField());
      default -> throw in.expected(STAGES, start);
    };
  }

  private int rows() {
    return words.number("a number of rows", 0, MAX_ROWS);
  }

  private List<PipeStage.Key> keys() {
    var keys = new ArrayList<PipeStage.Key>();
    do {
      if (keys.size() == StageWords.MAX_NAMES) {
        throw in.error("more than " + StageWords.MAX_NAMES + " names", in.at());
      }
      in.skipBlanks();
      boolean descending = in.take("-");
      if (!descending) {
        in.take("+");
      }
      keys.add(new PipeStage.Key(words.name("a field to sort by, such as -count"), descending));
      in.skipBlanks();
    } while (in.take(","));
    return keys;
  }

  private PipeStage fields() {
    in.skipBlanks();
    if (in.peek() == '-' && QueryText.isBlank(in.peek(1))) {
      in.skip(1);
      return new PipeStage.Drop(words.names("a field to leave out"));
    }
    return new PipeStage.Fields(words.names("a field name"));
  }

  private List<PipeStage.Assignment> assignments() {
    var assignments = new ArrayList<PipeStage.Assignment>();
    do {
      if (assignments.size() == StageWords.MAX_NAMES) {
        throw in.error("more than " + StageWords.MAX_NAMES + " fields", in.at());
      }
      String name = words.name("a field to compute, such as seconds = duration / 1000");
      in.skipBlanks();
      if (in.peek() != '=' || in.peek(1) == '=') {
        throw in.expected("= and what " + name + " shall be");
      }
      in.skip(1);
      assignments.add(new PipeStage.Assignment(name, expressions.expression()));
      in.skipBlanks();
    } while (in.take(","));
    return assignments;
  }

  private PipeStage extract() {
    in.skipBlanks();
    int start = in.at();
    String text =
        words.raw("a pattern in quotes or slashes, such as \"%{IP:client} %{WORD:verb}\"");
    ExtractPattern pattern = words.at(start, () -> ExtractPattern.of(text, regexes));
    return new PipeStage.Extract(
        pattern, words.takeWord("from") ? words.name("the field to take it from") : "");
  }

  private PipeStage parse() {
    in.skipBlanks();
    int start = in.at();
    PipeStage.Format format =
        switch (words.letters()) {
          case "json" -> PipeStage.Format.JSON;
          case "logfmt" -> PipeStage.Format.LOGFMT;
          default -> throw in.expected("json or logfmt", start);
        };
    return new PipeStage.Parse(format, optionalField());
  }

  /** Empty when none stands here. */
  private String optionalField() {
    in.skipBlanks();
    return in.atEnd() || in.peek() == '|' ? "" : words.name("a field name");
  }

  private PipeStage ranked(boolean rarest) {
    in.skipBlanks();
    int count = words.atDigit() ? words.number("a number of rows", 1, MAX_ROWS) : DEFAULT_RANKED;
    int start = in.at();
    List<String> fields = words.names("a field whose values are counted");
    List<String> by = words.takeWord("by") ? words.names("a field to group by") : List.of();
    var columns = new ArrayList<>(by);
    columns.addAll(fields);
    columns.addAll(List.of("count", "share"));
    if (columns.stream().distinct().count() < columns.size()) {
      throw in.error("two columns have the same name: " + String.join(", ", columns), start);
    }
    return new PipeStage.Ranked(rarest, count, fields, by);
  }

  private PipeStage dedup() {
    List<String> fields = words.names("a field whose values are told apart");
    int keep = words.takeWord("keep") ? words.number("a number of rows", 1, MAX_KEPT) : 1;
    return new PipeStage.Dedup(fields, keep);
  }
}
