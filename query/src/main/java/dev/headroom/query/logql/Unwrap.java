package dev.headroom.query.logql;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * {@code unwrap duration(took)}: the number of a label.
 *
 * @param conversion {@code duration} gives seconds
 */
record Unwrap(String label, Conversion conversion) {
  enum Conversion {
    NUMBER,
    BYTES,
    DURATION,
    DURATION_SECONDS
  }

  OptionalDouble value(String text) {
    return switch (conversion) {
      case NUMBER -> Condition.read(Condition.Unit.NUMBER, text);
      case BYTES -> Condition.read(Condition.Unit.BYTES, text);
      case DURATION, DURATION_SECONDS -> {
        OptionalDouble nanos = Condition.read(Condition.Unit.DURATION, text);
        yield nanos.isPresent() ? OptionalDouble.of(nanos.getAsDouble() / 1e9) : nanos;
      }
    };
  }

  @Override
  public String toString() {
    return conversion == Conversion.NUMBER
        ? "| unwrap " + label
        : "| unwrap " + conversion.name().toLowerCase(Locale.ROOT) + "(" + label + ")";
  }
}
