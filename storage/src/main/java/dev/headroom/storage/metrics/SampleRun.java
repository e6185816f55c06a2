package dev.headroom.storage.metrics;

import java.util.Arrays;

/**
 * Samples of one series collected from several places, times ascending and unique; of two with one
 * time the one added later stays. Not thread-safe.
 */
final class SampleRun {
  private long[] times;
  private double[] values;
  private int size;

  SampleRun(int initialCapacity) {
    times = new long[initialCapacity];
    values = new double[initialCapacity];
  }

  int size() {
    return size;
  }

  long[] times() {
    return times;
  }

  double[] values() {
    return values;
  }

  /** The times in an array of just that length; this run is not used any more. */
  long[] takeTimes() {
    return size == times.length ? times : Arrays.copyOf(times, size);
  }

  double[] takeValues() {
    return size == values.length ? values : Arrays.copyOf(values, size);
  }

  void clear() {
    size = 0;
  }

  /** Adds samples whose times ascend; cheap when they all come after what is there. */
  void add(long[] newTimes, double[] newValues, int from, int to) {
    if (from >= to) {
      return;
    }
    if (size == 0 || newTimes[from] > times[size - 1]) {
      ensure(to - from);
      System.arraycopy(newTimes, from, times, size, to - from);
      System.arraycopy(newValues, from, values, size, to - from);
      size += to - from;
    } else {
      mergeTail(newTimes, newValues, from, to);
    }
  }

  private void mergeTail(long[] newTimes, double[] newValues, int from, int to) {
    int start = lowerBound(times, 0, size, newTimes[from]);
    long[] oldTimes = Arrays.copyOfRange(times, start, size);
    double[] oldValues = Arrays.copyOfRange(values, start, size);
    size = start;
    ensure(oldTimes.length + to - from);
    int old = 0;
    int at = from;
    while (old < oldTimes.length && at < to) {
      if (oldTimes[old] < newTimes[at]) {
        put(oldTimes[old], oldValues[old++]);
      } else {
        old += oldTimes[old] == newTimes[at] ? 1 : 0;
        put(newTimes[at], newValues[at++]);
      }
    }
    while (old < oldTimes.length) {
      put(oldTimes[old], oldValues[old++]);
    }
    while (at < to) {
      put(newTimes[at], newValues[at++]);
    }
  }

  private void put(long time, double value) {
    times[size] = time;
    values[size++] = value;
  }

  private void ensure(int more) {
    if (times.length - size < more) {
      int capacity = Math.max(Math.addExact(size, more), size + (size >> 1));
      times = Arrays.copyOf(times, capacity);
      values = Arrays.copyOf(values, capacity);
    }
  }

  /**
   * Adds samples in the order they arrived: splits them into ascending stretches and joins
   * neighbours until one is left, so that much disorder costs n log n.
   */
  void addArrived(long[] newTimes, double[] newValues, int from, int to) {
    int end = ascendingEnd(newTimes, from, to);
    if (end == to) {
      add(newTimes, newValues, from, to);
      return;
    }
    SampleRun sorted = sorted(newTimes, newValues, from, to);
    add(sorted.times, sorted.values, 0, sorted.size);
  }

  private static SampleRun sorted(long[] times, double[] values, int from, int to) {
    int end = ascendingEnd(times, from, to);
    var result = new SampleRun(to - from);
    if (end == to) {
      result.add(times, values, from, to);
      return result;
    }
    int middle = Math.max(end, (from + to) >>> 1);
    SampleRun older = sorted(times, values, from, middle);
    SampleRun newer = sorted(times, values, middle, to);
    result.add(older.times, older.values, 0, older.size);
    result.add(newer.times, newer.values, 0, newer.size);
    return result;
  }

  private static int ascendingEnd(long[] times, int from, int to) {
    int end = from + 1;
    while (end < to && times[end] > times[end - 1]) {
      end++;
    }
    return end;
  }

  /** First index in [from, to) whose time is not before; {@code to} if there is none. */
  static int lowerBound(long[] times, int from, int to, long time) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
