package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The order of hits and where in it to go on. Behind the fields, the names that Elasticsearch has
 * for a tie-breaker may stand.
 *
 * @param showMillis whether event times are shown as epoch milliseconds instead of ISO
 */
record SortParser(List<LogSort> sorts, boolean showMillis) {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int MAX_KEYS = 8;

  static SortParser of(Optional<DslNode> node) {
    List<LogSort> sorts = new ArrayList<>();
    Optional<LogSort> tieBreaker = Optional.empty();
    boolean millis = true;
    for (DslNode key : node.map(SortParser::keys).orElse(List.of())) {
      String field;
      boolean descending;
      if (key.isObject()) {
        Map.Entry<String, DslNode> only = key.only("field");
        field = DslNode.field(only.getKey());
        descending = descending(field, only.getValue());
        millis &= !field.equals(LogSchema.TIMESTAMP) || format(only.getValue()).isEmpty();
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
        tieBreaker = Optional.of(new LogSort(LogSchema.TIMESTAMP, descending));
      } else if (sorts.stream().anyMatch(sort -> sort.field().equals(field))) {
        throw HeadroomException.invalid("[sort] names [" + field + "] twice");
      } else {
        sorts.add(new LogSort(field, descending));
      }
    }
    if (sorts.size() > MAX_KEYS) {
      throw HeadroomException.invalid("[sort] takes at most " + MAX_KEYS + " fields");
    }
    if (sorts.isEmpty()) {
      tieBreaker.ifPresent(sorts::add);
    }
    return new SortParser(List.copyOf(sorts), millis);
  }

  /** An object with several members is as many keys, in the order they stand. */
  private static List<DslNode> keys(DslNode node) {
    List<DslNode> keys = new ArrayList<>();
    for (DslNode item : node.oneOrMany()) {
      if (item.isObject()) {
        item.fields()
            .forEach(
                (name, json) ->
                    keys.add(new DslNode(item.path(), new Json.Members(Map.of(name, json)))));
      } else {
        keys.add(item);
      }
    }
    return keys;
  }

  Optional<LogSort> sort() {
    return sorts.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new LogSort(
                sorts.getFirst().field(),
                sorts.getFirst().descending(),
                sorts.subList(1, sorts.size())));
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
    boolean down = node.get("order").map(SortParser::descending).orElse(field.equals("_score"));
    for (String name : node.fields().keySet()) {
      switch (name) {
        case "order", "unmapped_type", "format", "numeric_type" -> {}
        case "mode" -> {
          // Of several values the one that places a record furthest in front.
          if (!node.require("mode").text().equals(down ? "max" : "min")) {
            throw node.require("mode").wrong(down ? "max" : "min");
          }
        }
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
    return down;
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

  /** The place behind which to go on: the {@code sort} of a hit, or just its values. */
  LogCursor after(DslNode node, TimeText times) {
    List<DslNode> values = node.oneOrMany();
    if (sorts.isEmpty()) {
      throw HeadroomException.invalid("[search_after] needs a [sort] in the same request");
    }
    int keys = sorts.size();
    if (values.size() < keys || values.size() > keys + 2) {
      throw HeadroomException.invalid(
          "[search_after] must be the [sort] of a hit, found " + values.size() + " values");
    }
    Optional<Tie> tie =
        Optional.of(values.getLast()).filter(_ -> values.size() > keys).map(Tie::of);
    boolean firstDown = sorts.getFirst().descending();
    List<Object> places = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      LogSort sort = sorts.get(i);
      places.add(sort.isByTime() ? time(sort, values.get(i), tie, times) : value(values.get(i)));
    }
    return new LogCursor(
        places.getFirst(),
        tie.map(Tie::position).orElse(firstDown ? Long.MIN_VALUE : Long.MAX_VALUE),
        places.subList(1, keys));
  }

  private static Object value(DslNode value) {
    if (value.json().isNull()) {
      return LogCursor.Missing.VALUE;
    }
    String text = value.text();
    if (!value.isNumber()) {
      return text;
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException _) {
      return Double.valueOf(text);
    }
  }

  /** Milliseconds lose digits; the tie-breaker has the rest. Alone, the whole one is passed. */
  private static long time(LogSort order, DslNode value, Optional<Tie> tie, TimeText times) {
    TimeRange span =
        new TimeText(times.now(), times.zone(), TimeText.Epoch.MILLIS).span(value.text());
    if (tie.isPresent()) {
      long millis = Math.floorDiv(span.fromNanos(), NANOS_PER_MILLI) * NANOS_PER_MILLI;
      return millis + tie.get().nanosOfMilli();
    }
    return order.descending() ? span.fromNanos() : span.toNanos() - 1;
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
