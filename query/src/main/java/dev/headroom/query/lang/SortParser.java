package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code sort} and {@code search_after}. One field orders the hits; behind it, the names that
 * Elasticsearch has for a tie-breaker may stand.
 */
record SortParser(Optional<LogSort> sort, boolean showMillis) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  static SortParser of(Optional<DslNode> node) {
    Optional<LogSort> sort = Optional.empty();
    boolean millis = true;
    for (DslNode key : node.map(DslNode::oneOrMany).orElse(List.of())) {
      String field;
      boolean descending;
      if (key.isObject()) {
        Map.Entry<String, DslNode> only = key.only("field");
        field = DslNode.field(only.getKey());
        descending = descending(field, only.getValue());
        millis &= sort.isPresent() || format(only.getValue()).isEmpty();
      } else {
        String text = key.text();
        int colon = text.indexOf(':');
        field = DslNode.field(colon < 0 ? text : text.substring(0, colon));
        descending = colon < 0 ? field.equals("_score") : text.endsWith(":desc");
      }
      if (field.equals("_score")) {
        continue;
      }
      if (isTieBreaker(field)) {
        sort = sort.or(() -> Optional.of(new LogSort(LogSchema.TIMESTAMP, descending)));
      } else if (sort.isPresent()) {
        throw HeadroomException.invalid(
            "[sort] takes one field, then _doc; found ["
                + field
                + "] behind ["
                + sort.get().field()
                + "]");
      } else {
        sort = Optional.of(new LogSort(field, descending));
      }
    }
    return new SortParser(sort, millis);
  }

  private static boolean isTieBreaker(String field) {
    return switch (field) {
      case "_doc", "_shard_doc", "_seq_no", "_id" -> true;
      default -> false;
    };
  }

  private static boolean descending(String field, DslNode node) {
    if (!node.isObject()) {
      return descending(node);
    }
    for (String name : node.fields().keySet()) {
      switch (name) {
        case "order", "unmapped_type", "mode", "format", "numeric_type" -> {}
        case "missing" -> {
          if (!node.require("missing").text().equals("_last")) {
            throw node.require("missing").wrong("_last");
          }
        }
        default ->
            throw HeadroomException.invalid(
                "[" + node.path() + "] does not support [" + name + "]");
      }
    }
    return node.get("order").map(SortParser::descending).orElse(field.equals("_score"));
  }

  private static boolean descending(DslNode order) {
    return switch (order.text()) {
      case "asc" -> false;
      case "desc" -> true;
      default -> throw order.wrong("asc or desc");
    };
  }

  private static Optional<String> format(DslNode node) {
    return node.isObject()
        ? node.get("format").map(DslNode::text).filter(f -> !f.equals("epoch_millis"))
        : Optional.empty();
  }

  /** The place behind which to go on: the {@code sort} of a hit, or just a value. */
  Optional<LogCursor> after(DslNode node, TimeText times) {
    List<DslNode> values = node.oneOrMany();
    LogSort order =
        sort.orElseThrow(
            () -> HeadroomException.invalid("[search_after] needs a [sort] in the same request"));
    if (values.isEmpty() || values.size() > 3) {
      throw HeadroomException.invalid(
          "[search_after] must be the [sort] of a hit, found " + values.size() + " values");
    }
    Optional<Tie> tie = Optional.of(values.getLast()).filter(_ -> values.size() > 1).map(Tie::of);
    DslNode first = values.getFirst();
    return Optional.of(
        order.isByTime() ? timeCursor(order, first, tie, times) : cursor(order, first, tie));
  }

  private static LogCursor cursor(LogSort order, DslNode value, Optional<Tie> tie) {
    long position = tie.map(Tie::position).orElse(lastPosition(order));
    if (value.json().isNull()) {
      return new LogCursor(LogCursor.Missing.VALUE, position);
    }
    String text = value.text();
    if (!value.isNumber()) {
      return new LogCursor(text, position);
    }
    try {
      return new LogCursor(Long.valueOf(text), position);
    } catch (NumberFormatException _) {
      return new LogCursor(Double.valueOf(text), position);
    }
  }

  /** Milliseconds lose digits; the tie-breaker has the rest. Alone, the whole one is passed. */
  private static LogCursor timeCursor(
      LogSort order, DslNode value, Optional<Tie> tie, TimeText times) {
    TimeRange span =
        new TimeText(times.now(), times.zone(), TimeText.Epoch.MILLIS).span(value.text());
    if (tie.isPresent()) {
      long millis = Math.floorDiv(span.fromNanos(), NANOS_PER_MILLI) * NANOS_PER_MILLI;
      return new LogCursor(millis + tie.get().nanosOfMilli(), tie.get().position());
    }
    return new LogCursor(
        order.descending() ? span.fromNanos() : span.toNanos() - 1, lastPosition(order));
  }

  private static long lastPosition(LogSort order) {
    return order.descending() ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  /** Nanoseconds within the millisecond, and the WAL position: {@code 123456.789}. */
  private record Tie(long nanosOfMilli, long position) {
    static Tie of(DslNode node) {
      String text = node.text();
      int dot = text.indexOf('.');
      try {
        return new Tie(
            Long.parseLong(text.substring(0, Math.max(0, dot))),
            Long.parseLong(text.substring(dot + 1)));
      } catch (NumberFormatException _) {
        throw node.wrong("the tie-breaker of a hit");
      }
    }
  }
}
