package dev.headroom.query.logql;

import com.google.re2j.Pattern;
import dev.headroom.query.promql.StringText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Lines that hold one of several texts, or none of them: {@code |= "a" or "b"}.
 *
 * @param negative whether matching lines are left out
 */
record LineFilter(Kind kind, boolean negative, List<Alternative> alternatives) implements Stage {
  enum Kind {
    CONTAINS("|=", "!="),
    REGEX("|~", "!~"),
    PATTERN("|>", "!>");

    private final String symbol;
    private final String negated;

    Kind(String symbol, String negated) {
      this.symbol = symbol;
      this.negated = negated;
    }

    String symbol(boolean negative) {
      return negative ? negated : symbol;
    }
  }

  sealed interface Alternative {
    boolean matches(String line);
  }

  record Contains(String text) implements Alternative {
    @Override
    public boolean matches(String line) {
      return line.contains(text);
    }

    @Override
    public String toString() {
      return StringText.quote(text);
    }
  }

  /** Anywhere in the line. */
  record Regex(Pattern pattern) implements Alternative {
    @Override
    public boolean matches(String line) {
      return pattern.matcher(line).find();
    }

    @Override
    public String toString() {
      return StringText.quote(pattern.pattern());
    }
  }

  record Like(LinePattern pattern) implements Alternative {
    @Override
    public boolean matches(String line) {
      return pattern.matchesWhole(line);
    }

    @Override
    public String toString() {
      return StringText.quote(pattern.text());
    }
  }

  /** An address in the line is in a network. */
  record Address(IpRange range) implements Alternative {
    @Override
    public boolean matches(String line) {
      return range.isIn(line);
    }

    @Override
    public String toString() {
      return "ip(" + StringText.quote(range.text()) + ")";
    }
  }

  LineFilter {
    alternatives = List.copyOf(alternatives);
  }

  @Override
  public boolean process(Entry entry) {
    for (Alternative alternative : alternatives) {
      if (alternative.matches(entry.line())) {
        return !negative;
      }
    }
    return negative;
  }

  @Override
  public String toString() {
    return kind.symbol(negative)
        + " "
        + alternatives.stream().map(Alternative::toString).collect(Collectors.joining(" or "));
  }
}
