package dev.headroom.query.lang;

import static dev.headroom.query.lang.DslAggregationBody.allow;

import dev.headroom.storage.logs.CompositeSource;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.TimeRounding;
import dev.headroom.storage.model.HeadroomException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Aggregations whose buckets are made of event time, alone or among others. */
final class DslTimeAggregations {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int MAX_SOURCES = 16;
  private static final int MAX_COMPOSITE = 10_000;

  private final TimeText times;

  DslTimeAggregations(TimeText times) {
    this.times = times;
  }

  private static void requireTimestamp(DslNode body) {
    String field = body.require("field").text();
    if (!DslNode.field(field).equals(LogSchema.TIMESTAMP)) {
      throw HeadroomException.invalid(
          "[" + body.path() + "] can be computed of [@timestamp] only, not of [" + field + "]");
    }
  }

  private static ZoneId zone(DslNode body) {
    return body.get("time_zone").map(n -> DslTimes.zone(n.text())).orElse(ZoneOffset.UTC);
  }

  private static TimeFormat format(DslNode body) {
    return TimeFormat.of(body.get("format").map(DslNode::text), zone(body));
  }

  AggregationKind dateHistogram(DslNode body, List<SearchAggregation> children) {
    allow(
        body,
        Set.of(
            "field",
            "fixed_interval",
            "calendar_interval",
            "interval",
            "min_doc_count",
            "extended_bounds",
            "hard_bounds",
            "format",
            "offset",
            "time_zone",
            "order",
            "keyed"));
    requireTimestamp(body);
    return new AggregationKind.DateHistogram(
        rounding(body),
        DslAggregationBody.shown(body, children, true),
        body.get("extended_bounds").map(this::bounds),
        body.get("hard_bounds").map(this::bounds),
        format(body));
  }

  private AggregationKind.Bounds<Long> bounds(DslNode node) {
    DslTimes read = DslTimes.of(times, node);
    return new AggregationKind.Bounds<>(
        node.get("min").map(n -> read.span(n).fromNanos()),
        node.get("max").map(n -> read.span(n).fromNanos()));
  }

  private static TimeRounding rounding(DslNode body) {
    ZoneId zone = zone(body);
    long offset = body.get("offset").map(DslTimeAggregations::offset).orElse(0L);
    Optional<DslNode> calendar = body.get("calendar_interval");
    Optional<DslNode> fixed = body.get("fixed_interval");
    Optional<DslNode> either = body.get("interval");
    if (calendar.isEmpty() && fixed.isEmpty() && either.isPresent()) {
      calendar = either.filter(n -> unit(n.text()).isPresent());
      fixed = either.filter(n -> unit(n.text()).isEmpty());
    }
    if (calendar.isPresent() == fixed.isPresent()) {
      throw HeadroomException.invalid(
          "[" + body.path() + "] requires one of [fixed_interval] and [calendar_interval]");
    }
    if (fixed.isPresent()) {
      return fixed(Intervals.nanos(fixed.get().text()), zone, offset);
    }
    DslNode named = calendar.get();
    TimeRounding.Unit unit =
        unit(named.text())
            .orElseThrow(
                () ->
                    named.wrong(
                        "one of minute, hour, day, week, month, quarter and year, or 1m, 1h, 1d,"
                            + " 1w, 1M, 1q, 1y"));
    return calendar(unit, zone, offset);
  }

  private static TimeRounding fixed(long nanos, ZoneId zone, long offset) {
    if (!zone.getRules().isFixedOffset()) {
      return new TimeRounding.FixedInZone(nanos, zone, offset);
    }
    return new TimeRounding.Fixed(nanos, Math.floorMod(offset - ahead(zone), nanos));
  }

  private static long ahead(ZoneId zone) {
    return Duration.ofSeconds(zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds()).toNanos();
  }

  /** Units that always last the same are fixed intervals, which the store counts by blocks. */
  private static TimeRounding calendar(TimeRounding.Unit unit, ZoneId zone, long offset) {
    Optional<Duration> length =
        switch (unit) {
          case SECOND -> Optional.of(Duration.ofSeconds(1));
          case MINUTE -> Optional.of(Duration.ofMinutes(1));
          case HOUR -> Optional.of(Duration.ofHours(1));
          case DAY -> Optional.of(Duration.ofDays(1));
          case WEEK -> Optional.of(Duration.ofDays(7));
          case MONTH, QUARTER, YEAR -> Optional.empty();
        };
    if (length.isEmpty() || !zone.getRules().isFixedOffset()) {
      return new TimeRounding.Calendar(unit, zone, offset);
    }
    // The epoch was a Thursday.
    long monday = unit == TimeRounding.Unit.WEEK ? Duration.ofDays(4).toNanos() : 0;
    return fixed(length.get().toNanos(), zone, offset + monday);
  }

  static Optional<TimeRounding.Unit> unit(String name) {
    return switch (name) {
      case "second", "1s" -> Optional.of(TimeRounding.Unit.SECOND);
      case "minute", "1m" -> Optional.of(TimeRounding.Unit.MINUTE);
      case "hour", "1h" -> Optional.of(TimeRounding.Unit.HOUR);
      case "day", "1d" -> Optional.of(TimeRounding.Unit.DAY);
      case "week", "1w" -> Optional.of(TimeRounding.Unit.WEEK);
      case "month", "1M" -> Optional.of(TimeRounding.Unit.MONTH);
      case "quarter", "1q" -> Optional.of(TimeRounding.Unit.QUARTER);
      case "year", "1y" -> Optional.of(TimeRounding.Unit.YEAR);
      default -> Optional.empty();
    };
  }

  private static long offset(DslNode node) {
    String text = node.text();
    boolean negative = text.startsWith("-");
    String length = negative || text.startsWith("+") ? text.substring(1) : text;
    if (length.matches("0[a-z]*")) {
      return 0;
    }
    return negative ? -Intervals.nanos(length) : Intervals.nanos(length);
  }

  AggregationKind dateRange(DslNode body) {
    allow(body, Set.of("field", "ranges", "keyed", "format", "time_zone"));
    requireTimestamp(body);
    TimeFormat format = format(body);
    List<AggregationKind.NamedRange> ranges = new ArrayList<>();
    for (DslNode node : body.require("ranges").oneOrMany()) {
      allow(node, Set.of("key", "from", "to"));
      Optional<Long> from = node.get("from").map(n -> time(body, n));
      Optional<Long> to = node.get("to").map(n -> time(body, n));
      String key = from.map(format::text).orElse("*") + "-" + to.map(format::text).orElse("*");
      ranges.add(
          new AggregationKind.NamedRange(
              node.get("key").map(DslNode::text).orElse(key),
              from.map(nanos -> Math.floor(nanos / NANOS_PER_MILLI)),
              to.map(nanos -> Math.floor(nanos / NANOS_PER_MILLI)),
              from.orElse(0L),
              to.orElse(0L)));
    }
    return new AggregationKind.Ranges(
        "date_range",
        LogSchema.TIMESTAMP,
        DslBucketAggregations.sorted(body, ranges),
        body.get("keyed").map(DslNode::flag).orElse(false),
        Optional.empty(),
        Optional.of(format));
  }

  private long time(DslNode body, DslNode node) {
    return new TimeText(times.now(), zone(body), epoch(body)).span(node.text()).fromNanos();
  }

  private static TimeText.Epoch epoch(DslNode body) {
    return body.get("format").map(n -> n.text().contains("epoch_second")).orElse(false)
        ? TimeText.Epoch.SECONDS
        : TimeText.Epoch.MILLIS;
  }

  AggregationKind composite(DslNode body) {
    allow(body, Set.of("sources", "size", "after"));
    List<CompositeSource> sources = new ArrayList<>();
    Map<String, TimeFormat> formats = new HashMap<>();
    List<DslNode> texts = new ArrayList<>();
    for (DslNode item : body.require("sources").oneOrMany()) {
      Map.Entry<String, DslNode> named = item.only("source");
      Map.Entry<String, DslNode> typed = named.getValue().only("type");
      sources.add(source(named.getKey(), typed.getKey(), typed.getValue()));
      if (typed.getValue().get("format").isPresent()) {
        formats.put(named.getKey(), format(typed.getValue()));
      }
      texts.add(typed.getValue());
    }
    if (sources.isEmpty() || sources.size() > MAX_SOURCES) {
      throw body.require("sources").wrong("1 to " + MAX_SOURCES + " sources");
    }
    if (sources.stream().map(CompositeSource::name).distinct().count() < sources.size()) {
      throw body.require("sources").wrong("sources with different names");
    }
    return new AggregationKind.Composite(
        sources,
        body.get("size").map(n -> n.number(1, MAX_COMPOSITE)).orElse(10),
        body.get("after").map(node -> after(node, sources, texts)),
        formats);
  }

  private static CompositeSource source(String name, String type, DslNode body) {
    boolean ascending =
        body.get("order")
            .map(
                node ->
                    switch (node.text()) {
                      case "asc", "ASC" -> true;
                      case "desc", "DESC" -> false;
                      default -> throw node.wrong("asc or desc");
                    })
            .orElse(true);
    boolean missing = body.get("missing_bucket").map(DslNode::flag).orElse(false);
    body.get("missing_order")
        .ifPresent(
            node -> {
              if (!List.of("default", ascending ? "first" : "last").contains(node.text())) {
                throw node.wrong("default or " + (ascending ? "first" : "last"));
              }
            });
    Set<String> common = Set.of("field", "order", "missing_bucket", "missing_order");
    return switch (type) {
      case "terms" -> {
        allow(body, common);
        yield new CompositeSource.Values(
            name, DslAggregationBody.plainField(body, "date_histogram"), ascending, missing);
      }
      case "histogram" -> {
        allow(body, with(common, "interval"));
        double interval = DslAggregationBody.decimal(body.require("interval"));
        if (interval <= 0) {
          throw body.require("interval").wrong("a number above 0");
        }
        yield new CompositeSource.Interval(
            name,
            DslAggregationBody.plainField(body, "date_histogram"),
            interval,
            ascending,
            missing);
      }
      case "date_histogram" -> {
        allow(
            body,
            with(common, "fixed_interval", "calendar_interval", "time_zone", "offset", "format"));
        requireTimestamp(body);
        yield new CompositeSource.Time(name, rounding(body), ascending);
      }
      default ->
          throw HeadroomException.invalid(
              "[" + body.path() + "]: a source is terms, histogram or date_histogram");
    };
  }

  private static Set<String> with(Set<String> names, String... more) {
    Set<String> all = new java.util.HashSet<>(names);
    all.addAll(List.of(more));
    return all;
  }

  private List<@Nullable Object> after(
      DslNode node, List<CompositeSource> sources, List<DslNode> bodies) {
    if (node.fields().size() != sources.size()) {
      throw node.wrong("a value for each of the " + sources.size() + " sources");
    }
    List<@Nullable Object> after = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      CompositeSource source = sources.get(i);
      Json json = node.fields().get(source.name());
      if (json == null) {
        throw node.wrong("a value for the source [" + source.name() + "]");
      }
      DslNode value = node.child(source.name(), json);
      after.add(json.isNull() ? null : after(source, value, bodies.get(i)));
    }
    return after;
  }

  private Object after(CompositeSource source, DslNode value, DslNode body) {
    return switch (source) {
      case CompositeSource.Time _ -> time(body, value);
      case CompositeSource.Interval _ -> DslAggregationBody.decimal(value);
      case CompositeSource.Values _ -> DslAggregationBody.value(value);
    };
  }
}
