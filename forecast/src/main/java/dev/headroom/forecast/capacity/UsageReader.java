package dev.headroom.forecast.capacity;

import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.forecast.series.Resampler;
import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Reads usage and capacity of a resource: samples every 5 minutes, made into days at once, so that
 * a long history of a large fleet never lies in memory. History is read back {@link #MAX_DAYS}
 * days, or to the first {@link #CHUNK_DAYS} days without a sample.
 */
final class UsageReader {
  static final int MAX_DAYS = 400;
  static final int CHUNK_DAYS = 10;
  static final long DAY_MILLIS = 86_400_000L;

  /** As close as common scrapes; a daily step then sees 288 readings. */
  private static final long STEP_MILLIS = 300_000;

  /** How old a capacity reading may be. */
  private static final long CAPACITY_AGE_MILLIS = DAY_MILLIS;

  private static final long CAPACITY_STEP_MILLIS = 3_600_000;

  private final SeriesSource source;

  UsageReader(SeriesSource source) {
    this.source = source;
  }

  /** What one group's usage was; arrays hold a value a day, the last being yesterday. */
  private static final class Days {
    private final double[] values = new double[MAX_DAYS];
    private double latest = Double.NaN;
    private long latestMillis = Long.MIN_VALUE;
    private long firstMillis = Long.MAX_VALUE;

    Days() {
      Arrays.fill(values, Double.NaN);
    }

    RegularSeries series(long todayMillis) {
      int first = 0;
      while (first < MAX_DAYS && Double.isNaN(values[first])) {
        first++;
      }
      double[] known = Arrays.copyOfRange(values, first, MAX_DAYS);
      return new RegularSeries(todayMillis - known.length * DAY_MILLIS, DAY_MILLIS, known);
    }
  }

  /** Every group with a sample, ordered by its labels; none when there are no samples at all. */
  List<MeasuredUsage> read(TenantId tenant, Resource resource, Instant asOf, Deadline deadline) {
    NavigableMap<Labels, Days> usage = usage(tenant, resource, asOf.toEpochMilli(), deadline);
    if (usage.isEmpty()) {
      return List.of();
    }
    Map<Labels, List<Double>> capacities = capacities(tenant, resource, asOf.toEpochMilli());
    long today = startOfDay(asOf.toEpochMilli());
    List<MeasuredUsage> measured = new ArrayList<>();
    usage.forEach(
        (group, days) -> {
          double[] nodes = nodes(capacities, group);
          measured.add(
              new MeasuredUsage(
                  resource,
                  group,
                  days.series(today),
                  days.latest,
                  days.latestMillis,
                  days.firstMillis,
                  total(resource, nodes),
                  largest(nodes, resource.reserve().nodes())));
        });
    return measured;
  }

  private NavigableMap<Labels, Days> usage(
      TenantId tenant, Resource resource, long asOf, Deadline deadline) {
    NavigableMap<Labels, Days> byGroup = new TreeMap<>();
    long today = startOfDay(asOf);
    long first = today + (asOf - today) % STEP_MILLIS; // so that the last point is now
    boolean isFound = fill(byGroup, resource, query(tenant, resource, first, asOf), today);
    long end = today;
    for (int read = 0; read < MAX_DAYS; read += CHUNK_DAYS) {
      deadline.check();
      long start = end - CHUNK_DAYS * DAY_MILLIS;
      var chunk = query(tenant, resource, start, end - STEP_MILLIS);
      boolean isInChunk = fill(byGroup, resource, chunk, today);
      if (!isInChunk && (isFound || read > 0)) {
        break;
      }
      isFound |= isInChunk;
      end = start;
    }
    return byGroup;
  }

  private List<SeriesSamples> query(TenantId tenant, Resource resource, long from, long to) {
    return source.read(tenant, resource.groupedUsage(), from, to, STEP_MILLIS);
  }

  /** Puts samples into their days; says whether there were any. */
  private static boolean fill(
      Map<Labels, Days> byGroup, Resource resource, List<SeriesSamples> series, long today) {
    boolean isAny = false;
    for (SeriesSamples samples : series) {
      if (samples.size() == 0) {
        continue;
      }
      isAny = true;
      Labels group = samples.labels().keep(resource.groupBy());
      fill(byGroup.computeIfAbsent(group, _ -> new Days()), resource, samples, today);
    }
    return isAny;
  }

  private static void fill(Days days, Resource resource, SeriesSamples samples, long today) {
    long[] times = samples.timesMillis();
    double[] values = samples.values();
    RegularSeries daily =
        Resampler.resample(times, values, resource.basis(), DAY_MILLIS, today).series();
    int from = (int) (MAX_DAYS - (today - daily.startMillis()) / DAY_MILLIS);
    for (int i = Math.max(0, -from); i < daily.size(); i++) {
      if (Double.isFinite(daily.values()[i])) {
        days.values[from + i] = daily.values()[i];
      }
    }
    days.firstMillis = Math.min(days.firstMillis, times[0]);
    for (int i = times.length - 1; i >= 0 && times[i] > days.latestMillis; i--) {
      if (Double.isFinite(values[i])) {
        days.latestMillis = times[i];
        days.latest = values[i];
      }
    }
  }

  private Map<Labels, List<Double>> capacities(TenantId tenant, Resource resource, long asOf) {
    return switch (resource.capacity()) {
      case Capacity.Fixed _ -> Map.of();
      case Capacity.Measured measured -> {
        Map<Labels, List<Double>> byGroup = new TreeMap<>();
        for (SeriesSamples samples :
            source.read(
                tenant,
                measured.promql(),
                asOf - CAPACITY_AGE_MILLIS,
                asOf,
                CAPACITY_STEP_MILLIS)) {
          if (samples.size() > 0 && Double.isFinite(samples.values()[samples.size() - 1])) {
            byGroup
                .computeIfAbsent(samples.labels().keep(resource.groupBy()), _ -> new ArrayList<>())
                .add(samples.values()[samples.size() - 1]);
          }
        }
        yield byGroup;
      }
    };
  }

  /** A capacity without any label of the group holds for every group. */
  private static double[] nodes(Map<Labels, List<Double>> capacities, Labels group) {
    List<Double> nodes = capacities.get(group);
    if (nodes == null) {
      nodes = capacities.getOrDefault(Labels.EMPTY, List.of());
    }
    return nodes.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static OptionalDouble total(Resource resource, double[] nodes) {
    return switch (resource.capacity()) {
      case Capacity.Fixed fixed -> OptionalDouble.of(fixed.amount());
      case Capacity.Measured _ -> {
        double sum = Arrays.stream(nodes).sum();
        yield sum > 0 ? OptionalDouble.of(sum) : OptionalDouble.empty();
      }
    };
  }

  /** The sum of the {@code count} largest of ascending parts. */
  private static double largest(double[] ascending, int count) {
    return Arrays.stream(ascending).skip(Math.max(0, ascending.length - count)).sum();
  }

  static long startOfDay(long millis) {
    return millis - Math.floorMod(millis, DAY_MILLIS);
  }
}
