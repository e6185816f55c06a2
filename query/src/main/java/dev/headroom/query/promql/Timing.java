package dev.headroom.query.promql;

/**
 * Which time a selector or subquery looks at: {@code @} fixes it, {@code offset} moves it back.
 *
 * @param offsetMillis may be negative, which looks ahead
 */
public record Timing(At at, long offsetMillis) {
  public static final Timing NONE = new Timing(At.Evaluation.INSTANCE, 0);

  /** The time an expression is evaluated for. */
  public sealed interface At {
    /** No {@code @}: the time of evaluation. */
    enum Evaluation implements At {
      INSTANCE
    }

    /** {@code @ start()} and {@code @ end()}: the bounds of the whole query. */
    enum Bound implements At {
      START,
      END
    }

    /** {@code @ 1609746000}. */
    record Fixed(long timeMillis) implements At {}
  }

  boolean isFixed() {
    return !(at instanceof At.Evaluation);
  }

  Timing withOffset(long millis) {
    return new Timing(at, millis);
  }

  Timing withAt(At now) {
    return new Timing(now, offsetMillis);
  }
}
