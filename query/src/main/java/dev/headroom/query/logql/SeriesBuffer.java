package dev.headroom.query.logql;

import dev.headroom.storage.model.MemoryPermit;
import java.util.Arrays;

/** Times and values of one series as they come, in order of time. */
final class SeriesBuffer {
  private final MemoryPermit memory;
  private long[] timesNanos = new long[0];
  private double[] values = new double[0];
  private int size;

  SeriesBuffer(MemoryPermit memory) {
    this.memory = memory;
  }

  void add(long timeNanos, double value) {
    if (size == timesNanos.length) {
      int capacity = Math.max(4, size + size / 2);
      memory.reserve(16L * (capacity - size));
      timesNanos = Arrays.copyOf(timesNanos, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    timesNanos[size] = timeNanos;
    values[size++] = value;
  }

  int size() {
    return size;
  }

  long timeNanos(int i) {
    return timesNanos[i];
  }

  double[] values() {
    return values;
  }
}
