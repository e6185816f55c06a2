package dev.headroom.query.engine;

import dev.headroom.query.lang.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The order of values: numbers, booleans, times, texts, what has none; no value comes last. */
final class ValueOrder {
  static Comparator<@Nullable Object> of(boolean descending) {
    return (a, b) -> {
      if (a == null || b == null) {
        return Boolean.compare(a == null, b == null);
      }
      int order = compare(a, b);
      return descending ? -order : order;
    };
  }

  private static int compare(Object a, Object b) {
    int rank = Integer.compare(rank(a), rank(b));
    if (rank != 0) {
      return rank;
    }
    return switch (a) {
      case Long x when b instanceof Long y -> Long.compare(x, y);
      case Number x -> Double.compare(x.doubleValue(), ((Number) b).doubleValue());
      case Boolean x -> Boolean.compare(x, (Boolean) b);
      case Instant x -> x.compareTo((Instant) b);
      default -> a.toString().compareTo(b.toString());
    };
  }

  private static int rank(Object value) {
    return switch (value) {
      case Number _ -> 0;
      case Boolean _ -> 1;
      case Instant _ -> 2;
      case String _ -> 3;
      default -> 4;
    };
  }

  /** What a JSON value is sorted by; objects and arrays have no order. */
  static @Nullable Object key(Json json) {
    if (!(json instanceof Json.Scalar scalar)) {
      return null;
    }
    return switch (scalar.kind()) {
      case STRING -> scalar.text();
      case BOOLEAN -> Boolean.valueOf(scalar.text());
      case NULL -> null;
      case NUMBER -> number(scalar.text());
    };
  }

  private static Object number(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException _) {
      return new BigDecimal(text).doubleValue();
    }
  }

  private ValueOrder() {}
}
