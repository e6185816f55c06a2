package dev.headroom.query.http;

import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.lang.Intervals;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.StreamInfo;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts over time, with the empty buckets between, so that a chart can be drawn as it comes. */
final class HistogramAnswer {
  private static final int MAX_BUCKETS = 10_000;

  /** What {@code auto} aims at: enough to see a shape, few enough to be wider than a pixel. */
  private static final int AUTO_BUCKETS = 100;

  private static final List<String> AUTO =
      List.of(
          "100ms", "1s", "2s", "5s", "10s", "30s", "1m", "2m", "5m", "10m", "30m", "1h", "2h", "3h",
          "6h", "12h", "1d", "2d", "1w", "4w", "52w");

  private static final long WEEK = Duration.ofDays(7).toNanos();

  /** The epoch was a Thursday; weeks start on Mondays. */
  private static final long FIRST_MONDAY = Duration.ofDays(4).toNanos();

  private final LogEngine engine;

  HistogramAnswer(LogEngine engine) {
    this.engine = engine;
  }

  byte[] answer(TenantId tenant, LogFilter filter, Parameters parameters, TimeText times) {
    long startedAt = System.nanoTime();
    TimeRange range = bounded(tenant, AskedRange.of(parameters, times, filter), times);
    String asked = parameters.text("interval").orElse("auto");
    String name = asked.equals("auto") ? auto(range) : asked;
    long interval = Parameters.named("interval", () -> Intervals.nanos(name));
    long offset = interval % WEEK == 0 ? FIRST_MONDAY : 0;
    long first = Math.floorDiv(range.fromNanos() - offset, interval);
    long last = Math.floorDiv(range.toNanos() - 1 - offset, interval);
    if (last - first >= MAX_BUCKETS) {
      throw HeadroomException.invalid(
          "interval: "
              + name
              + " makes "
              + (last - first + 1)
              + " buckets, at most "
              + MAX_BUCKETS
              + " are given; ask for "
              + auto(range)
              + " or leave it out");
    }
    LogAnswer found =
        engine.search(
            tenant,
            LogSearch.aggregate(
                filter,
                range,
                List.of(new LogAggregate.DateHistogram("h", interval, offset, List.of()))));
    Map<Object, Long> counts = new HashMap<>();
    for (Bucket bucket : ((Buckets) found.aggregates().getFirst()).buckets()) {
      counts.put(bucket.key(), bucket.count());
    }
    return JsonAnswer.object(
        out -> {
          LogService.range(out, range);
          out.writeStringField("interval", name);
          out.writeArrayFieldStart("buckets");
          for (long number = first; number <= last; number++) {
            long start = number * interval + offset;
            out.writeStartObject();
            out.writeStringField("time", TimeRange.format(start));
            out.writeNumberField("count", counts.getOrDefault(start, 0L));
            out.writeEndObject();
          }
          out.writeEndArray();
          out.writeNumberField("total", found.totalHits());
          out.writeBooleanField("totalIsExact", found.totalIsExact());
          LogService.end(out, found.partialReasons(), startedAt);
        });
  }

  /** A chart has two ends: the oldest record stands in for an open start, now for an open end. */
  private TimeRange bounded(TenantId tenant, TimeRange range, TimeText times) {
    long now = TimeRange.nanos(times.now());
    long to = range.toNanos() == Long.MAX_VALUE ? now + 1 : range.toNanos();
    long from = range.fromNanos();
    if (from == Long.MIN_VALUE) {
      from =
          engine.store().streams(tenant).stream()
              .mapToLong(StreamInfo::firstNanos)
              .min()
              .orElse(to - 1);
    }
    return from < to ? new TimeRange(from, to) : new TimeRange(from, from + 1);
  }

  private static String auto(TimeRange range) {
    for (String interval : AUTO) {
      long nanos = Intervals.nanos(interval);
      if ((range.toNanos() - 1) / nanos - range.fromNanos() / nanos < AUTO_BUCKETS) {
        return interval;
      }
    }
    return AUTO.getLast();
  }
}
