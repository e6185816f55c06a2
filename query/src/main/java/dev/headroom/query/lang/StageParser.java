package dev.headroom.query.lang;

import dev.headroom.query.lang.PipeStage.Function;
import dev.headroom.query.lang.PipeStage.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One stage: its keyword and what belongs to it. */
final class StageParser {
  private static final String STAGES = "a stage: fields, head, sort or stats";

  private static final int MAX_HEAD = 10_000;
  private static final int MAX_NAMES = 100;

  private final QueryText in;

  StageParser(QueryText in) {
    this.in = in;
  }

  PipeStage stage() {
    in.skipBlanks();
    int start = in.at();
    String keyword = letters();
    return switch (keyword) {
      case "head" -> new PipeStage.Head(count());
      case "sort" -> new PipeStage.Sort(keys());
      case "fields" -> new PipeStage.Fields(names("a field name"));
      case "stats" -> stats();
      default -> throw in.expected(STAGES, start);
    };
  }

  private String letters() {
    var word = new StringBuilder();
    while (in.peek() >= 'a' && in.peek() <= 'z') {
      word.append(in.next());
    }
    return word.toString();
  }

  private int count() {
    in.skipBlanks();
    int start = in.at();
    int value = 0;
    while (in.peek() >= '0' && in.peek() <= '9' && value <= MAX_HEAD) {
      value = value * 10 + in.next() - '0';
    }
    if (in.at() == start || value > MAX_HEAD) {
      throw in.expected("a number of rows from 0 to " + MAX_HEAD, start);
    }
    return value;
  }

  private List<PipeStage.Key> keys() {
    var keys = new ArrayList<PipeStage.Key>();
    do {
      in.skipBlanks();
      boolean descending = in.take("-");
      if (!descending) {
        in.take("+");
      }
      keys.add(new PipeStage.Key(name("a field to sort by, such as -count"), descending));
      in.skipBlanks();
    } while (in.take(","));
    return keys;
  }

  private List<String> names(String what) {
    var names = new ArrayList<String>();
    do {
      if (names.size() == MAX_NAMES) {
        throw in.error("more than " + MAX_NAMES + " names", in.at());
      }
      in.skipBlanks();
      names.add(name(what));
      in.skipBlanks();
    } while (in.take(","));
    return names;
  }

  private PipeStage stats() {
    var measures = new ArrayList<Measure>();
    do {
      if (measures.size() == MAX_NAMES) {
        throw in.error("more than " + MAX_NAMES + " functions", in.at());
      }
      measures.add(measure());
      in.skipBlanks();
    } while (in.take(","));
    int start = in.at();
    List<String> by = takeWord("by") ? names("a field to group by") : List.of();
    long different =
        measures.stream().map(Measure::name).distinct().count() + by.stream().distinct().count();
    if (different != measures.size() + by.size()
        || measures.stream().anyMatch(m -> by.contains(m.name()))) {
      throw in.error("two columns have the same name; tell them apart with \"as\"", start);
    }
    return new PipeStage.Stats(measures, by);
  }

  private Measure measure() {
    in.skipBlanks();
    int start = in.at();
    Function function = function(letters(), start);
    String field = argument(function);
    String word = function.name().toLowerCase(Locale.ROOT);
    String name = field.isEmpty() ? word : word + "(" + field + ")";
    in.skipBlanks();
    return new Measure(function, field, takeWord("as") ? alias() : name);
  }

  private String alias() {
    in.skipBlanks();
    return name("a column name");
  }

  private Function function(String word, int start) {
    return switch (word) {
      case "count" -> Function.COUNT;
      case "sum" -> Function.SUM;
      case "avg" -> Function.AVG;
      case "min" -> Function.MIN;
      case "max" -> Function.MAX;
      default ->
          throw in.expected("count(), sum(field), avg(field), min(field) or max(field)", start);
    };
  }

  private String argument(Function function) {
    in.skipBlanks();
    if (!in.take("(")) {
      if (function == Function.COUNT) {
        return "";
      }
      throw in.expected("\"(\" and a field name");
    }
    in.skipBlanks();
    String field = function == Function.COUNT ? "" : name("a field name");
    in.skipBlanks();
    if (!in.take(")")) {
      throw in.expected("\")\"");
    }
    return field;
  }

  private boolean takeWord(String word) {
    if (!in.startsWith(word) || !QueryText.isBlank(in.peek(word.length()))) {
      return false;
    }
    in.skip(word.length());
    return true;
  }

  /** A bare or quoted name; a call such as {@code avg(duration)} is the name of its column. */
  private String name(String what) {
    int start = in.at();
    var name = new StringBuilder();
    if (in.take("\"")) {
      while (in.peek() != '"') {
        if (in.atEnd()) {
          throw in.error("this quote is not closed; expected a second \"", start);
        }
        name.append(in.next());
      }
      in.skip(1);
    } else {
      int open = 0;
      while (continuesName(in.peek()) || in.peek() == '(' || open > 0 && in.peek() == ')') {
        open += in.peek() == '(' ? 1 : in.peek() == ')' ? -1 : 0;
        name.append(in.next());
      }
    }
    if (name.isEmpty()) {
      throw in.expected(what, start);
    }
    return name.toString();
  }

  private static boolean continuesName(char c) {
    return c != QueryText.END && !QueryText.isBlank(c) && "()|,\"".indexOf(c) < 0;
  }
}
