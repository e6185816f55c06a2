package dev.headroom.query.logql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The values of a range at each point: counted by the store where that is the same, else read line
 * by line.
 */
final class RangeReader {
  private static final int MAX_SERIES = 10_000;
  private static final int SERIES_BYTES = 512;

  private final Session session;
  private final RangeQuery query;
  private final Points points;
  private final Map<Labels, SeriesBuffer> series = new LinkedHashMap<>();
  private final Pipeline pipeline;
  private final List<Stage> unwrapped;

  RangeReader(Session session, RangeQuery query, Points points) {
    this.session = session;
    this.query = query;
    this.points = points;
    this.pipeline = new Pipeline(query.lines());
    this.unwrapped = query.unwrapped().stream().map(Stage::start).toList();
  }

  List<SeriesSamples> samples() {
    TimeRange range = points.range(query);
    var filters = new LabelFilters(session, range);
    LabelFilters.Pushed pushed = filters.push(query.lines().matchers());
    Optional<List<SeriesSamples>> counted =
        new CountedRange(session, query, points, filters, pushed).samples();
    return counted.orElseGet(() -> read(pushed.filter(), range));
  }

  private List<SeriesSamples> read(LogFilter filter, TimeRange range) {
    List<String> missing =
        session.scan(filter, range, LogSort.OLDEST, Integer.MAX_VALUE, this::visit);
    if (!missing.isEmpty()) {
      throw Session.incomplete(missing);
    }
    return query.operation() == RangeOperation.ABSENT_OVER_TIME ? absence() : windows();
  }

  private boolean visit(LogHit hit) {
    Entry entry = RecordEntry.of(hit);
    if (!pipeline.process(entry)) {
      return true;
    }
    double value = query.operation().countsBytes() ? entry.line().getBytes(UTF_8).length : 1;
    if (query.unwrap().isPresent()) {
      Unwrap unwrap = query.unwrap().get();
      if (!entry.has(unwrap.label())) {
        return true;
      }
      String text = entry.get(unwrap.label());
      OptionalDouble number = unwrap.value(text);
      if (number.isEmpty()) {
        entry.fail("SampleExtractionErr", "cannot read \"" + text + "\" as a number");
      } else {
        entry.remove(unwrap.label());
      }
      value = number.orElse(0);
      for (Stage stage : unwrapped) {
        if (!stage.process(entry)) {
          return true;
        }
      }
    }
    requireNoError(entry);
    buffer(query.grouping().of(entry.labels())).add(hit.eventTimeNanos(), value);
    return true;
  }

  private static void requireNoError(Entry entry) {
    if (entry.hasError()) {
      String error = entry.get(Entry.ERROR);
      throw HeadroomException.invalid(
          "pipeline error: '"
              + error
              + "' for series: '"
              + entry.labels()
              + "'.\nUse a label filter to intentionally skip this error. (e.g | __error__!=\""
              + error
              + "\").\n"
              + "To skip all potential errors you can match empty errors.(e.g __error__=\"\")");
    }
  }

  private SeriesBuffer buffer(Labels labels) {
    SeriesBuffer known = series.get(labels);
    if (known != null) {
      return known;
    }
    if (series.size() == MAX_SERIES) {
      throw new HeadroomException(
          ErrorCategory.UNPROCESSABLE,
          "maximum of series ("
              + MAX_SERIES
              + ") reached for a single query; aggregate with sum by (…), or drop labels");
    }
    session.memory().reserve(SERIES_BYTES);
    var fresh = new SeriesBuffer(session.memory());
    series.put(labels, fresh);
    return fresh;
  }

  private List<SeriesSamples> windows() {
    var values = new WindowValues(query);
    List<SeriesSamples> found = new ArrayList<>();
    for (Map.Entry<Labels, SeriesBuffer> one : series.entrySet()) {
      session.deadline().check();
      SeriesSamples samples = windows(one.getKey(), one.getValue(), values);
      if (samples.size() > 0) {
        found.add(samples);
      }
    }
    return found;
  }

  private SeriesSamples windows(Labels labels, SeriesBuffer buffer, WindowValues values) {
    var out = new PointBuffer(points.count(), session.memory());
    int from = 0;
    int to = 0;
    for (int i = 0; i < points.count(); i++) {
      long end = points.endNanos(i, query);
      long start = end - query.rangeNanos();
      while (to < buffer.size() && buffer.timeNanos(to) <= end) {
        to++;
      }
      while (from < to && buffer.timeNanos(from) <= start) {
        from++;
      }
      if (from < to) {
        double value = values.of(buffer, from, to, end);
        if (!Double.isNaN(value) || query.operation() != RangeOperation.RATE_COUNTER) {
          out.add(points.timeMillis(i), value);
        }
      }
    }
    return out.samples(labels);
  }

  /** 1 where no series has a line, with the labels that the selector requires. */
  private List<SeriesSamples> absence() {
    boolean[] present = new boolean[points.count()];
    for (SeriesSamples one : windows()) {
      for (long time : one.timesMillis()) {
        present[(int) ((time - points.startMillis()) / points.stepMillis())] = true;
      }
    }
    var out = new PointBuffer(points.count(), session.memory());
    for (int i = 0; i < present.length; i++) {
      if (!present[i]) {
        out.add(points.timeMillis(i), 1);
      }
    }
    Map<String, String> labels = new TreeMap<>();
    for (LabelMatch matcher : query.lines().matchers()) {
      if (matcher.op() == LabelMatch.Op.EQUAL) {
        labels.put(matcher.name(), matcher.value());
      }
    }
    SeriesSamples samples = out.samples(Labels.of(labels));
    return samples.size() == 0 ? List.of() : List.of(samples);
  }

  /** Points of one series of the result. */
  static final class PointBuffer {
    private final long[] times;
    private final double[] values;
    private int size;

    PointBuffer(int capacity, dev.headroom.storage.model.MemoryPermit memory) {
      memory.reserve(16L * capacity);
      times = new long[capacity];
      values = new double[capacity];
    }

    void add(long timeMillis, double value) {
      times[size] = timeMillis;
      values[size++] = value;
    }

    SeriesSamples samples(Labels labels) {
      return new SeriesSamples(labels, Arrays.copyOf(times, size), Arrays.copyOf(values, size));
    }
  }
}
