package dev.headroom.storage.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples of one tenant as {@code ingest} hands them over: valid, on the heap, immutable once
 * built. Point {@code i} is (series {@link #seriesOrdinal}, time in epoch milliseconds, value).
 */
public final class SampleBatch {
  private final TenantId tenant;
  private final String door;
  private final long receivedAtNanos;
  private final long wireBytes;
  private final Labels[] series;
  private final int[] ordinals;
  private final long[] timesMillis;
  private final double[] values;

  private SampleBatch(Builder from, long wireBytes) {
    this.tenant = from.tenant;
    this.door = from.door;
    this.receivedAtNanos = from.receivedAtNanos;
    this.wireBytes = wireBytes;
    this.series = from.series.toArray(Labels[]::new);
    this.ordinals = java.util.Arrays.copyOf(from.ordinals, from.size);
    this.timesMillis = java.util.Arrays.copyOf(from.times, from.size);
    this.values = java.util.Arrays.copyOf(from.values, from.size);
  }

  public TenantId tenant() {
    return tenant;
  }

  /** The API it came through, for counters: {@code remote_write}, {@code self} … */
  public String door() {
    return door;
  }

  public long receivedAtNanos() {
    return receivedAtNanos;
  }

  /** Bytes of the request as they came over the wire. */
  public long wireBytes() {
    return wireBytes;
  }

  public int size() {
    return values.length;
  }

  public int seriesCount() {
    return series.length;
  }

  public Labels series(int ordinal) {
    return series[ordinal];
  }

  public int seriesOrdinal(int i) {
    return ordinals[i];
  }

  public long timeMillis(int i) {
    return timesMillis[i];
  }

  public double value(int i) {
    return values[i];
  }

  /** Collects a batch; not thread-safe. */
  public static final class Builder {
    private final TenantId tenant;
    private final String door;
    private final long receivedAtNanos;
    private final List<Labels> series = new ArrayList<>();
    private final Map<Labels, Integer> ordinalOf = new HashMap<>();
    private int[] ordinals = new int[256];
    private long[] times = new long[256];
    private double[] values = new double[256];
    private int size;

    public Builder(TenantId tenant, String door, long receivedAtNanos) {
      this.tenant = tenant;
      this.door = door;
      this.receivedAtNanos = receivedAtNanos;
    }

    public Builder add(Labels labels, long timeMillis, double value) {
      return add(series(labels), timeMillis, value);
    }

    /** The ordinal of a series in this batch, for {@link #add(int, long, double)}. */
    public int series(Labels labels) {
      return ordinalOf.computeIfAbsent(
          labels,
          key -> {
            series.add(key);
            return series.size() - 1;
          });
    }

    public Builder add(int ordinal, long timeMillis, double value) {
      if (size == values.length) {
        ordinals = java.util.Arrays.copyOf(ordinals, size * 2);
        times = java.util.Arrays.copyOf(times, size * 2);
        values = java.util.Arrays.copyOf(values, size * 2);
      }
      ordinals[size] = ordinal;
      times[size] = timeMillis;
      values[size++] = value;
      return this;
    }

    public int size() {
      return size;
    }

    public SampleBatch build(long wireBytes) {
      return new SampleBatch(this, wireBytes);
    }
  }
}
