package dev.headroom.query.logql;

import com.google.re2j.Pattern;
import dev.headroom.query.promql.StringText;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the text of one label; an absent label has the empty text. Regular expressions
 * match the whole text.
 *
 * @param pattern of a regular expression, else null
 */
public record LabelMatch(String name, Op op, String value, @Nullable Pattern pattern) {
  public enum Op {
    EQUAL("="),
    NOT_EQUAL("!="),
    REGEX("=~"),
    NOT_REGEX("!~");

    private final String symbol;

    Op(String symbol) {
      this.symbol = symbol;
    }

    String symbol() {
      return symbol;
    }

    boolean isRegex() {
      return this == REGEX || this == NOT_REGEX;
    }

    boolean isNegative() {
      return this == NOT_EQUAL || this == NOT_REGEX;
    }
  }

  boolean matches(String text) {
    boolean same = pattern == null ? text.equals(value) : pattern.matcher(text).matches();
    return same != op.isNegative();
  }

  @Override
  public String toString() {
    return name + op.symbol() + StringText.quote(value);
  }
}
