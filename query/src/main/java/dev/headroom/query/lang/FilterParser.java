package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lucene query syntax by operator precedence (Pratt 1973): prefix {@code NOT ! - +} bind tightest,
 * then {@code AND &&}, then {@code OR ||}; two clauses side by side are joined as the {@link
 * FilterSyntax} says, with that operator's power. Unlike Lucene's classic parser, {@code a OR b AND
 * c} is {@code a OR (b AND c)}.
 */
final class FilterParser {
  /** Groups and prefixes inside one another; each takes a few stack frames. */
  static final int MAX_DEPTH = 200;

  /** Lucene's own default for one boolean query. */
  static final int MAX_CLAUSES = 1024;

  private static final int OR_POWER = 1;
  private static final int AND_POWER = 2;

  private enum Operator {
    AND,
    OR,
    IMPLICIT,
    NONE
  }

  private enum Occur {
    PLAIN,
    MUST,
    MUST_NOT
  }

  private record Clause(Occur occur, LogFilter filter) {
    LogFilter asFilter() {
      return occur == Occur.MUST_NOT ? new LogFilter.Not(filter) : filter;
    }
  }

  private final QueryText in;
  private final FilterSyntax syntax;
  private final ValueParser values;
  private int depth;
  private int clauses;

  FilterParser(QueryText in, FilterSyntax syntax) {
    this.in = in;
    this.syntax = syntax;
    this.values = new ValueParser(in, syntax.times());
  }

  /** Reads up to the end or a single {@code |}; nothing at all matches every record. */
  LogFilter parse() {
    in.skipBlanks();
    if (in.atEnd() || atPipe()) {
      return LogFilter.ALL;
    }
    LogFilter filter = climb(0, syntax.defaultField()).asFilter();
    in.skipBlanks();
    if (!in.atEnd() && !atPipe()) {
      throw in.expected("AND, OR, another clause or the end of the query");
    }
    return filter;
  }

  private Clause climb(int minPower, String field) {
    Clause left = operand(field);
    while (true) {
      Operator operator = peekOperator();
      if (operator == Operator.NONE || power(operator) < minPower) {
        return left;
      }
      var run = new ArrayList<Clause>();
      run.add(left);
      while (peekOperator() == operator) {
        takeOperator(operator);
        run.add(climb(power(operator) + 1, field));
      }
      left = new Clause(Occur.PLAIN, join(operator, run));
    }
  }

  private Clause operand(String field) {
    in.skipBlanks();
    int start = in.at();
    if (in.take("+")) {
      return new Clause(Occur.MUST, nested(start, field));
    }
    if (in.take("-") || in.take("!") || takeWord("NOT")) {
      return new Clause(Occur.MUST_NOT, nested(start, field));
    }
    return new Clause(Occur.PLAIN, primary(field));
  }

  private LogFilter nested(int start, String field) {
    enter(start);
    LogFilter filter = operand(field).asFilter();
    depth--;
    return filter;
  }

  private LogFilter primary(String field) {
    int start = in.at();
    if (++clauses > MAX_CLAUSES) {
      throw in.error("more than " + MAX_CLAUSES + " clauses", start);
    }
    if (in.take("(")) {
      return group(start, field);
    }
    if (atWord("AND") || atWord("OR") || in.startsWith("&&") || in.startsWith("||")) {
      throw in.expected("a search term");
    }
    String named = values.fieldName();
    if (named.isEmpty()) {
      return values.value(field, field.equals(syntax.defaultField()));
    }
    in.skipBlanks();
    int groupStart = in.at();
    return in.take("(") ? group(groupStart, named) : values.value(named, false);
  }

  private LogFilter group(int start, String field) {
    enter(start);
    LogFilter filter = climb(0, field).asFilter();
    in.skipBlanks();
    if (!in.take(")")) {
      throw in.expected("\")\" for the \"(\" at column " + (start + 1));
    }
    values.skipBoost();
    depth--;
    return filter;
  }

  private void enter(int start) {
    if (++depth > MAX_DEPTH) {
      throw in.error("more than " + MAX_DEPTH + " levels of nesting", start);
    }
  }

  private LogFilter join(Operator operator, List<Clause> run) {
    return switch (operator) {
      case AND -> LogFilter.and(filters(run));
      case OR -> LogFilter.or(filters(run));
      case IMPLICIT -> syntax.implicit() == FilterSyntax.Implicit.AND ? and(run) : should(run);
      case NONE -> throw new IllegalStateException("no operator to join by");
    };
  }

  private static LogFilter and(List<Clause> run) {
    return LogFilter.and(filters(run));
  }

  /** Required and forbidden ones hold; without a required one, at least one of the others does. */
  private static LogFilter should(List<Clause> run) {
    var all = new ArrayList<LogFilter>();
    var some = new ArrayList<LogFilter>();
    boolean required = false;
    for (Clause clause : run) {
      required |= clause.occur() == Occur.MUST;
      (clause.occur() == Occur.PLAIN ? some : all).add(clause.asFilter());
    }
    if (!required && !some.isEmpty()) {
      all.addFirst(LogFilter.or(some));
    }
    return LogFilter.and(all);
  }

  private static List<LogFilter> filters(List<Clause> run) {
    return run.stream().map(Clause::asFilter).toList();
  }

  private int power(Operator operator) {
    return switch (operator) {
      case AND -> AND_POWER;
      case OR -> OR_POWER;
      case IMPLICIT -> syntax.implicit() == FilterSyntax.Implicit.AND ? AND_POWER : OR_POWER;
      case NONE -> -1;
    };
  }

  private Operator peekOperator() {
    in.skipBlanks();
    if (in.atEnd() || in.peek() == ')' || atPipe()) {
      return Operator.NONE;
    }
    if (atWord("AND") || in.startsWith("&&")) {
      return Operator.AND;
    }
    if (atWord("OR") || in.startsWith("||")) {
      return Operator.OR;
    }
    return Operator.IMPLICIT;
  }

  private void takeOperator(Operator operator) {
    switch (operator) {
      case AND -> in.skip(in.peek() == '&' ? 2 : 3);
      case OR -> in.skip(2);
      case IMPLICIT, NONE -> {}
    }
    in.skipBlanks();
    if (in.atEnd() || atPipe()) {
      throw in.expected("a search term after " + operator);
    }
  }

  private boolean atPipe() {
    return in.peek() == '|' && in.peek(1) != '|';
  }

  private boolean takeWord(String word) {
    if (!atWord(word)) {
      return false;
    }
    in.skip(word.length());
    return true;
  }

  private boolean atWord(String word) {
    if (!in.startsWith(word)) {
      return false;
    }
    char behind = in.peek(word.length());
    return behind == QueryText.END
        || QueryText.isBlank(behind)
        || behind == '('
        || behind == ')'
        || behind == '"';
  }

  /**
   * Reads a filter that must be the whole text.
   *
   * @throws HeadroomException INVALID with the column and what was expected
   */
  static LogFilter parseAll(String text, FilterSyntax syntax) {
    var in = new QueryText(text);
    LogFilter filter = new FilterParser(in, syntax).parse();
    if (!in.atEnd()) {
      throw in.expected("AND, OR, another clause or the end of the query");
    }
    return filter;
  }
}
