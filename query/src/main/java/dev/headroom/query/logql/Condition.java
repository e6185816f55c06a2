package dev.headroom.query.logql;

import dev.headroom.query.promql.BinaryOperator;
import dev.headroom.query.promql.NumberText;
import dev.headroom.query.promql.StringText;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a label filter asks. Comparisons with a number, duration or size do not hold for an absent
 * label; for one that cannot be read they hold and mark the line with an error, so that it is seen.
 */
sealed interface Condition {
  boolean holds(Entry entry);

  record And(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(Entry entry) {
      return left.holds(entry) && right.holds(entry);
    }

    @Override
    public String toString() {
      return "( " + left + " and " + right + " )";
    }
  }

  record Or(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(Entry entry) {
      return left.holds(entry) || right.holds(entry);
    }

    @Override
    public String toString() {
      return "( " + left + " or " + right + " )";
    }
  }

  record Text(LabelMatch match) implements Condition {
    @Override
    public boolean holds(Entry entry) {
      return match.matches(entry.get(match.name()));
    }

    @Override
    public String toString() {
      return match.toString();
    }
  }

  record Address(String name, boolean negative, IpRange range) implements Condition {
    @Override
    public boolean holds(Entry entry) {
      return entry.has(name) && range.contains(entry.get(name)) != negative;
    }

    @Override
    public String toString() {
      return name + (negative ? "!=" : "=") + "ip(" + StringText.quote(range.text()) + ")";
    }
  }

  enum Unit {
    NUMBER,
    DURATION,
    BYTES
  }

  /**
   * A comparison.
   *
   * @param value in nanoseconds for a duration
   * @param written how it stands in the query
   */
  record Compare(String name, BinaryOperator operator, Unit unit, double value, String written)
      implements Condition {
    @Override
    public boolean holds(Entry entry) {
      if (entry.hasError()) {
        return true;
      }
      if (!entry.has(name)) {
        return false;
      }
      OptionalDouble found = read(unit, entry.get(name));
      if (found.isEmpty()) {
        entry.fail("LabelFilterErr", "cannot read " + StringText.quote(entry.get(name)));
        return true;
      }
      return operator.holds(found.getAsDouble(), value);
    }

    @Override
    public String toString() {
      return name + " " + operator.symbol() + " " + written;
    }
  }

  static OptionalDouble read(Unit unit, String text) {
    return switch (unit) {
      case NUMBER -> NumberText.number(text);
      case DURATION -> {
        OptionalLong nanos = Units.durationNanos(text);
        yield nanos.isPresent() ? OptionalDouble.of(nanos.getAsLong()) : OptionalDouble.empty();
      }
      case BYTES -> Units.bytes(text);
    };
  }

  /** Lines for which a condition holds. */
  record Filter(Condition condition) implements Stage {
    @Override
    public boolean process(Entry entry) {
      return condition.holds(entry);
    }

    @Override
    public String toString() {
      return "| " + condition;
    }
  }
}
