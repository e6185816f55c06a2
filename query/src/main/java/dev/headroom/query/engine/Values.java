package dev.headroom.query.engine;

import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.NumberWords;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the cells of rows hold: {@code Long}, {@code Double}, {@code Boolean}, text, {@code
 * Instant}, a list of those, or JSON that is none of them; null is no value.
 */
final class Values {
  private static final TimeText TIMES = TimeText.at(Instant.EPOCH);
  private static final double MAX_WHOLE = 1e15;
  private static final long BYTES_PER_OBJECT = 40;

  static @Nullable Object of(Json json) {
    return switch (json) {
      case Json.Scalar _ -> ValueOrder.key(json);
      case Json.Members _ -> json;
      case Json.Items items -> {
        var list = new ArrayList<Object>();
        for (Json item : items.values()) {
          Object value = item instanceof Json.Scalar ? ValueOrder.key(item) : null;
          if (value == null && !item.isNull()) {
            yield json;
          }
          if (value != null) {
            list.add(value);
          }
        }
        yield list;
      }
    };
  }

  /** Gives each single value: those of a list one by one, of JSON the ones inside its arrays. */
  static void each(@Nullable Object value, Consumer<Object> consumer) {
    switch (value) {
      case null -> {}
      case List<?> list -> list.forEach(item -> each(item, consumer));
      case Json.Items items -> items.values().forEach(item -> each(of(item), consumer));
      case Json _ -> {}
      default -> consumer.accept(value);
    }
  }

  /** A number, or the number that a text writes. */
  static @Nullable Number number(@Nullable Object value) {
    return switch (value) {
      case Number number -> number;
      case String text -> NumberWords.number(text.strip()).orElse(null);
      case null, default -> null;
    };
  }

  /** As it reads inside a text; nothing for no value. */
  static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "";
      case Double number when isWhole(number) -> Long.toString(number.longValue());
      case Instant time -> TimeRange.format(TimeRange.nanos(time));
      case List<?> list -> String.join(",", list.stream().map(Values::text).toList());
      case Json json -> JsonWords.of(json);
      default -> value.toString();
    };
  }

  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) < MAX_WHOLE;
  }

  /**
   * How two single values stand to each other; empty when they cannot be compared. A text beside a
   * number or a time is read as one.
   */
  static OptionalInt compare(Object a, Object b) {
    if (a instanceof Instant || b instanceof Instant) {
      Optional<Instant> x = time(a);
      Optional<Instant> y = time(b);
      return x.isPresent() && y.isPresent()
          ? OptionalInt.of(x.get().compareTo(y.get()))
          : OptionalInt.empty();
    }
    if (a instanceof Number || b instanceof Number) {
      Number x = number(a);
      Number y = number(b);
      return x == null || y == null ? OptionalInt.empty() : OptionalInt.of(compare(x, y));
    }
    if (a instanceof Boolean || a instanceof String) {
      return b instanceof Boolean || b instanceof String
          ? OptionalInt.of(a.toString().compareTo(b.toString()))
          : OptionalInt.empty();
    }
    return OptionalInt.empty();
  }

  private static int compare(Number a, Number b) {
    return a instanceof Long x && b instanceof Long y
        ? Long.compare(x, y)
        : Double.compare(a.doubleValue() + 0.0, b.doubleValue() + 0.0); // -0.0 equals zero
  }

  private static Optional<Instant> time(Object value) {
    if (value instanceof Instant time) {
      return Optional.of(time);
    }
    if (!(value instanceof String text) || text.startsWith("now") || text.length() > 64) {
      return Optional.empty();
    }
    try {
      return Optional.of(TimeRange.instant(TIMES.span(text).fromNanos()));
    } catch (HeadroomException _) {
      return Optional.empty();
    }
  }

  /** About how much heap a value takes. */
  static long bytes(@Nullable Object value) {
    return switch (value) {
      case null -> 8;
      case String text -> BYTES_PER_OBJECT + 2L * text.length();
      case List<?> list -> BYTES_PER_OBJECT + list.stream().mapToLong(Values::bytes).sum();
      case Json.Scalar scalar -> 2 * BYTES_PER_OBJECT + 2L * scalar.text().length();
      case Json.Items items ->
          2 * BYTES_PER_OBJECT + items.values().stream().mapToLong(Values::bytes).sum();
      case Json.Members members ->
          4 * BYTES_PER_OBJECT
              + members.fields().entrySet().stream()
                  .mapToLong(e -> 80 + 2L * e.getKey().length() + bytes(e.getValue()))
                  .sum();
      default -> BYTES_PER_OBJECT;
    };
  }

  private Values() {}
}
