package dev.headroom.query.promql;

import dev.headroom.storage.metrics.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes expressions as Prometheus does, in one line or, where that gets long, in several. */
public final class ExprPrinter {
  /** A line longer than this is split, unless it is a literal or a selector. */
  private static final int MAX_LINE_CHARS = 100;

  static String line(Expr expr) {
    return switch (expr) {
      case Expr.Num(double value) -> NumberText.literal(value);
      case Expr.Text(String value) -> StringText.quote(value);
      case Expr.Paren(Expr inner) -> "(" + line(inner) + ")";
      case Expr.Selector selector -> selector(selector) + timing(selector.timing());
      case Expr.Range(Expr.Selector selector, long range) ->
          selector(selector) + "[" + DurationText.format(range) + "]" + timing(selector.timing());
      case Expr.Subquery subquery -> line(subquery.inner()) + brackets(subquery);
      case Expr.Negation(Expr inner) -> "-" + line(inner);
      case Expr.Binary binary ->
          line(binary.left()) + " " + operator(binary) + " " + line(binary.right());
      case Expr.Aggregate aggregate -> aggregate(aggregate);
      case Expr.Call(PromFunction function, List<Expr> arguments) ->
          function.name() + "(" + lines(arguments) + ")";
    };
  }

  /** Several lines where one is too long, indented by two blanks. */
  public static String pretty(Expr expr) {
    return pretty(expr, 0);
  }

  private static String pretty(Expr expr, int level) {
    String indent = "  ".repeat(level);
    if (line(expr).length() <= MAX_LINE_CHARS) {
      return indent + line(expr);
    }
    return switch (expr) {
      case Expr.Num _, Expr.Text _, Expr.Selector _, Expr.Range _ -> indent + line(expr);
      case Expr.Paren(Expr inner) ->
          indent + "(\n" + pretty(inner, level + 1) + "\n" + indent + ")";
      case Expr.Subquery subquery -> pretty(subquery.inner(), level) + brackets(subquery);
      case Expr.Negation(Expr inner) -> indent + "-" + pretty(inner, level).stripLeading();
      case Expr.Binary binary ->
          pretty(binary.left(), level + 1)
              + "\n"
              + indent
              + operator(binary)
              + "\n"
              + pretty(binary.right(), level + 1);
      case Expr.Aggregate aggregate -> {
        var parts = new ArrayList<Expr>();
        if (aggregate.parameter() != null) {
          parts.add(aggregate.parameter());
        }
        parts.add(aggregate.inner());
        yield indent + head(aggregate) + block(parts, level);
      }
      case Expr.Call(PromFunction function, List<Expr> arguments) ->
          indent + function.name() + block(arguments, level);
    };
  }

  private static String block(List<Expr> parts, int level) {
    return parts.stream()
        .map(part -> pretty(part, level + 1))
        .collect(Collectors.joining(",\n", "(\n", "\n" + "  ".repeat(level) + ")"));
  }

  private static String lines(List<Expr> arguments) {
    return arguments.stream().map(ExprPrinter::line).collect(Collectors.joining(", "));
  }

  private static String aggregate(Expr.Aggregate aggregate) {
    Expr parameter = aggregate.parameter();
    return head(aggregate)
        + "("
        + (parameter == null ? "" : line(parameter) + ", ")
        + line(aggregate.inner())
        + ")";
  }

  private static String head(Expr.Aggregate aggregate) {
    String symbol = aggregate.operator().symbol();
    if (aggregate.without()) {
      return symbol + " without (" + names(aggregate.labels()) + ") ";
    }
    return aggregate.labels().isEmpty()
        ? symbol
        : symbol + " by (" + names(aggregate.labels()) + ") ";
  }

  private static String operator(Expr.Binary binary) {
    String symbol = binary.operator().symbol() + (binary.returnBool() ? " bool" : "");
    Matching matching = binary.matching();
    if (matching.equals(Matching.DEFAULT)) {
      return symbol;
    }
    String labels = (matching.on() ? " on (" : " ignoring (") + names(matching.labels()) + ")";
    return switch (matching.cardinality()) {
      case ONE_TO_ONE -> symbol + labels;
      case MANY_TO_ONE -> symbol + labels + " group_left (" + names(matching.include()) + ")";
      case ONE_TO_MANY -> symbol + labels + " group_right (" + names(matching.include()) + ")";
    };
  }

  private static String brackets(Expr.Subquery subquery) {
    String step = subquery.stepMillis() == 0 ? "" : DurationText.format(subquery.stepMillis());
    return "["
        + DurationText.format(subquery.rangeMillis())
        + ":"
        + step
        + "]"
        + timing(subquery.timing());
  }

  private static String timing(Timing timing) {
    String at =
        switch (timing.at()) {
          case Timing.At.Evaluation _ -> "";
          case Timing.At.Bound.START -> " @ start()";
          case Timing.At.Bound.END -> " @ end()";
          case Timing.At.Fixed(long millis) -> " @ " + seconds(millis);
        };
    long offset = timing.offsetMillis();
    return at + (offset == 0 ? "" : " offset " + DurationText.format(offset));
  }

  private static String seconds(long millis) {
    long size = Math.abs(millis);
    String fraction = String.valueOf(1000 + size % 1000).substring(1);
    return (millis < 0 ? "-" : "") + size / 1000 + "." + fraction;
  }

  private static String selector(Expr.Selector selector) {
    var parts = new ArrayList<String>();
    boolean plain = isPlainMetric(selector.metric());
    for (LabelMatcher matcher : selector.matchers()) {
      parts.add(name(matcher.name()) + matcher.op().symbol() + StringText.quote(matcher.value()));
    }
    parts.sort(null);
    if (!plain && !selector.metric().isEmpty()) {
      parts.addFirst(StringText.quote(selector.metric()));
    }
    String front = plain ? selector.metric() : "";
    return parts.isEmpty() ? front : front + "{" + String.join(",", parts) + "}";
  }

  private static String names(List<String> labels) {
    return labels.stream().map(ExprPrinter::name).collect(Collectors.joining(", "));
  }

  private static String name(String label) {
    return label.matches("[a-zA-Z_][a-zA-Z0-9_]*") ? label : StringText.quote(label);
  }

  /** Names that read back without quotes; words with another meaning are not among them. */
  private static boolean isPlainMetric(String metric) {
    return metric.matches("[a-zA-Z_:][a-zA-Z0-9_:]*") && !PromQlParser.isReserved(metric);
  }

  private ExprPrinter() {}
}
