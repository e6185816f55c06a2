package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.util.Comparator;

/** Bucket keys in order: numbers by value, then everything else by text. */
final class KeyOrder {
  static final Comparator<Bucket> ASCENDING = (a, b) -> compare(a.key(), b.key());

  static int compare(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    if (a instanceof Number != b instanceof Number) {
      return a instanceof Number ? -1 : 1;
    }
    return a.toString().compareTo(b.toString());
  }

  private KeyOrder() {}
}
