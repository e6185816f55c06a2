package dev.headroom.storage.metrics;

/**
 * A condition on one label; an absent label has the empty value. Regular expressions are anchored
 * at both ends and run on automata, so they take linear time.
 */
public record LabelMatcher(String name, Op op, String value) {
  public enum Op {
    EQUAL("="),
    NOT_EQUAL("!="),
    REGEX("=~"),
    NOT_REGEX("!~");

    private final String symbol;

    Op(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }

  public static LabelMatcher equal(String name, String value) {
    return new LabelMatcher(name, Op.EQUAL, value);
  }
}
