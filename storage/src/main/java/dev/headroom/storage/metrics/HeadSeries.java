package dev.headroom.storage.metrics;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.SampleBatch;
import java.util.Arrays;

/**
 * Samples of one series that are in no block yet: those that arrive, in the order they came, and
 * those that a flush is writing, sorted.
 *
 * <p><i>Threads.</i> The WAL thread adds, the flushing thread freezes and forgets, anybody reads;
 * the object's own lock guards each.
 */
final class HeadSeries {
  private static final long[] NO_TIMES = {};
  private static final double[] NO_VALUES = {};

  /** What a sample takes in memory, room to grow included. */
  static final int BYTES_PER_SAMPLE = 24;

  final Labels labels;

  // Guarded by this.
  private long[] times = NO_TIMES;
  private double[] values = NO_VALUES;
  private int size;
  private boolean ascending = true;
  private long minTime = Long.MAX_VALUE;
  private long maxTime = Long.MIN_VALUE;
  private long[] frozenTimes = NO_TIMES;
  private double[] frozenValues = NO_VALUES;
  private long lastAddedNanos;
  private boolean evicted;

  HeadSeries(Labels labels, long nowNanos) {
    this.labels = labels;
    this.lastAddedNanos = nowNanos;
  }

  /** Adds a stretch of a batch; false when this object is no longer the head's. */
  synchronized boolean add(SampleBatch batch, int from, int to, long nowNanos) {
    if (evicted) {
      return false;
    }
    lastAddedNanos = nowNanos;
    ensure(to - from);
    for (int i = from; i < to; i++) {
      put(batch.timeMillis(i), batch.value(i));
    }
    return true;
  }

  private void put(long time, double value) {
    if (size > 0 && time <= times[size - 1]) {
      if (time == times[size - 1]) {
        values[size - 1] = value;
        return;
      }
      ascending = false;
    }
    times[size] = time;
    values[size++] = value;
    minTime = Math.min(minTime, time);
    maxTime = Math.max(maxTime, time);
  }

  private void ensure(int more) {
    if (times.length - size < more) {
      int capacity = Math.max(size + more, size + (size >> 1) + 2);
      times = Arrays.copyOf(times, capacity);
      values = Arrays.copyOf(values, capacity);
    }
  }

  /** Moves what arrived to what is being flushed; returns how many samples that are now. */
  synchronized int freeze() {
    if (size > 0) {
      var all = new SampleRun(frozenTimes.length + size);
      all.add(frozenTimes, frozenValues, 0, frozenTimes.length);
      all.addArrived(times, values, 0, size);
      frozenTimes = all.takeTimes();
      frozenValues = all.takeValues();
      times = NO_TIMES;
      values = NO_VALUES;
      size = 0;
      ascending = true;
      minTime = Long.MAX_VALUE;
      maxTime = Long.MIN_VALUE;
    }
    return frozenTimes.length;
  }

  /** Times being flushed, ascending; not to be changed. */
  synchronized long[] frozenTimes() {
    return frozenTimes;
  }

  synchronized double[] frozenValues() {
    return frozenValues;
  }

  /** What was frozen is in blocks. */
  synchronized void forgetFrozen() {
    frozenTimes = NO_TIMES;
    frozenValues = NO_VALUES;
  }

  /** Marks an empty series that got nothing since then as gone; false when it is not so. */
  synchronized boolean evictIfIdleSince(long nanos) {
    evicted |= isIdleSince(nanos);
    return evicted;
  }

  synchronized boolean isIdleSince(long nanos) {
    return isEmpty() && lastAddedNanos - nanos < 0;
  }

  synchronized boolean mayHave(long from, long to) {
    return size > 0 && minTime <= to && maxTime >= from
        || frozenTimes.length > 0
            && frozenTimes[0] <= to
            && frozenTimes[frozenTimes.length - 1] >= from;
  }

  synchronized boolean isEmpty() {
    return size == 0 && frozenTimes.length == 0;
  }

  /** The samples in the closed range, sorted. */
  synchronized SampleRun read(long from, long to, MemoryPermit permit) {
    if (!mayHave(from, to)) {
      return new SampleRun(0);
    }
    int start = SampleRun.lowerBound(frozenTimes, 0, frozenTimes.length, from);
    int end = SampleRun.lowerBound(frozenTimes, start, frozenTimes.length, to + 1);
    permit.reserve(16L * (end - start + size));
    var run = new SampleRun(end - start + size);
    run.add(frozenTimes, frozenValues, start, end);
    if (ascending) {
      int first = SampleRun.lowerBound(times, 0, size, from);
      run.add(times, values, first, SampleRun.lowerBound(times, first, size, to + 1));
    } else {
      addDisordered(from, to, run);
    }
    return run;
  }

  private void addDisordered(long from, long to, SampleRun run) {
    var wantedTimes = new long[size];
    var wantedValues = new double[size];
    int wanted = 0;
    for (int i = 0; i < size; i++) {
      if (times[i] >= from && times[i] <= to) {
        wantedTimes[wanted] = times[i];
        wantedValues[wanted++] = values[i];
      }
    }
    if (wanted > 0) {
      run.addArrived(wantedTimes, wantedValues, 0, wanted);
    }
  }
}
