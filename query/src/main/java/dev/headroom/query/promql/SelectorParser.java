package dev.headroom.query.promql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code name{label="value", …}} and lists of labels; names in quotes may be any UTF-8. */
final class SelectorParser {
  /** So many conditions are a mistake. */
  private static final int MAX_MATCHERS = 1024;

  private final TokenReader in;
  private final SourceText source;

  SelectorParser(TokenReader in) {
    this.in = in;
    this.source = in.source();
  }

  /** A selector whose name, if it has one in front of the braces, was taken. */
  Expr.Selector selector(int start, String name) {
    String metric = name;
    var matchers = new ArrayList<LabelMatcher>();
    boolean braces = in.take("{");
    while (braces && !in.take("}")) {
      Token first = in.next();
      if (first.kind() == Token.Kind.STRING && (in.peek().is(",") || in.peek().is("}"))) {
        metric = only(first, metric, first.text());
      } else {
        matchers.add(matcher(first));
      }
      if (matchers.size() > MAX_MATCHERS) {
        throw source.error(start, "more than " + MAX_MATCHERS + " matchers");
      }
      if (!in.peek().is("}")) {
        in.expect(",", "\",\" or \"}\"");
      }
    }
    check(start, metric, matchers);
    return new Expr.Selector(metric, matchers, Timing.NONE);
  }

  private String only(Token token, String metric, String other) {
    if (!metric.isEmpty()) {
      throw source.error(
          token.start(),
          "metric name must not be set twice: "
              + StringText.quote(metric)
              + " or "
              + StringText.quote(other));
    }
    if (other.isEmpty()) {
      throw source.error(token.start(), "metric name must not be empty");
    }
    return other;
  }

  private void check(int start, String metric, List<LabelMatcher> matchers) {
    boolean selects = !metric.isEmpty();
    for (LabelMatcher matcher : matchers) {
      if (!metric.isEmpty()
          && matcher.name().equals(Labels.METRIC_NAME)
          && matcher.op() == LabelMatcher.Op.EQUAL) {
        throw source.error(
            start,
            "metric name must not be set twice: "
                + StringText.quote(metric)
                + " or "
                + StringText.quote(matcher.value()));
      }
      selects |= !matchesEmpty(matcher);
    }
    if (!selects) {
      throw source.error(start, "vector selector must contain at least one non-empty matcher");
    }
  }

  private LabelMatcher matcher(Token name) {
    String label = labelName(name, "a label name or \"}\"");
    Token sign = in.next();
    LabelMatcher.Op op = op(sign);
    Token value = in.next();
    if (value.kind() != Token.Kind.STRING) {
      throw source.unexpected(value, "a label value in quotes");
    }
    if (op == LabelMatcher.Op.REGEX || op == LabelMatcher.Op.NOT_REGEX) {
      try {
        Pattern.compile(value.text());
      } catch (PatternSyntaxException e) {
        throw source.error(value.start(), String.valueOf(e.getMessage()));
      }
    }
    return new LabelMatcher(label, op, value.text());
  }

  private LabelMatcher.Op op(Token sign) {
    for (LabelMatcher.Op op : LabelMatcher.Op.values()) {
      if (sign.is(op.symbol())) {
        return op;
      }
    }
    throw source.unexpected(sign, "=, !=, =~ or !~");
  }

  private static boolean matchesEmpty(LabelMatcher matcher) {
    return switch (matcher.op()) {
      case EQUAL -> matcher.value().isEmpty();
      case NOT_EQUAL -> !matcher.value().isEmpty();
      case REGEX -> Pattern.matches(matcher.value(), "");
      case NOT_REGEX -> !Pattern.matches(matcher.value(), "");
    };
  }

  /** {@code (a, "b.c")}. */
  List<String> labelNames() {
    in.expect("(", "\"(\" and labels");
    var names = new ArrayList<String>();
    while (!in.take(")")) {
      names.add(labelName(in.next(), "a label name or \")\""));
      if (!in.peek().is(")")) {
        in.expect(",", "\",\" or \")\"");
      }
    }
    return names;
  }

  private String labelName(Token token, String expected) {
    boolean quoted = token.kind() == Token.Kind.STRING && !token.text().isEmpty();
    if (!quoted && (token.kind() != Token.Kind.WORD || token.text().indexOf(':') >= 0)) {
      throw source.unexpected(token, expected);
    }
    return token.text();
  }
}
