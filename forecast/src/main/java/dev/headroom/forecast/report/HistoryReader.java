package dev.headroom.forecast.report;

import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.forecast.series.Resampled;
import dev.headroom.forecast.series.Resampler;
import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the history of a query, newest part first, and makes each part into steps at once, so that
 * samples of a long time never lie in memory. Reading stops at the asked start, or at the first
 * part without a sample before one that had some.
 */
final class HistoryReader {
  /** More are not forecast in one request: the caller is told to aggregate. */
  static final int MOST_SERIES = 100;

  /** Under the 11,000 points of a range query. */
  private static final int POINTS_PER_READ = 10_000;

  private static final long POINTS_OF_OPEN_STEP = 1_000;

  private static final long FINEST_MILLIS = 15_000;

  /** The age at which PromQL calls a sample stale: a coarser walk would step over samples. */
  private static final long COARSEST_MILLIS = 300_000;

  /** So many readings a step, if that is not finer or coarser than the bounds. */
  private static final int READINGS_PER_STEP = 12;

  private final SeriesSource source;

  HistoryReader(SeriesSource source) {
    this.source = source;
  }

  /**
   * @param series from the first step with a value to the last one that is over
   * @param spanMillis from the first to the last sample, for those too short to be a series
   */
  record Measured(Labels labels, RegularSeries series, long spanMillis) {}

  static long readingMillis(long stepMillis) {
    return Math.clamp(stepMillis / READINGS_PER_STEP, FINEST_MILLIS, COARSEST_MILLIS);
  }

  /**
   * Ordered by labels; empty when nothing matches. Readings of a step that is over end with its
   * last millisecond, so that each looks back on this step only; those of the open step end now.
   */
  List<Measured> read(TenantId tenant, ForecastRequest request) {
    long step = request.stepMillis();
    long reading = readingMillis(step);
    long firstStep = Math.floorDiv(request.fromMillis() - request.offsetMillis(), step);
    long openStep = Math.floorDiv(request.toMillis() - request.offsetMillis(), step);
    Map<Labels, Steps> found = new TreeMap<>();
    long openStart = openStep * step + request.offsetMillis();
    long length = request.toMillis() - openStart;
    long fine = Math.clamp(length / POINTS_OF_OPEN_STEP, FINEST_MILLIS, reading);
    Part open = new Part(openStart + length % fine, request.toMillis(), fine);
    read(tenant, request, open, firstStep, found);
    long stepsPerRead = Math.max(1, POINTS_PER_READ * reading / step);
    for (long end = openStep; end > firstStep; end -= stepsPerRead) {
      long start = Math.max(firstStep, end - stepsPerRead);
      long from = start * step + request.offsetMillis() + reading - 1;
      Part part = new Part(from, end * step + request.offsetMillis() - 1, reading);
      boolean isAny = read(tenant, request, part, firstStep, found);
      if (!isAny && !found.isEmpty()) {
        break;
      }
    }
    List<Measured> measured = new ArrayList<>();
    found.forEach((labels, steps) -> measured.add(steps.measured(labels, request)));
    return measured;
  }

  /** Readings from the first to the last moment. */
  private record Part(long fromMillis, long toMillis, long readingMillis) {}

  /** Puts one part into the steps of each series; says whether there was any sample. */
  private boolean read(
      TenantId tenant,
      ForecastRequest request,
      Part part,
      long firstStep,
      Map<Labels, Steps> found) {
    long openStep =
        Math.floorDiv(request.toMillis() - request.offsetMillis(), request.stepMillis());
    int size = (int) (openStep - firstStep);
    boolean isAny = false;
    for (SeriesSamples samples :
        source.read(tenant, request.query(), part.fromMillis, part.toMillis, part.readingMillis)) {
      isAny |= samples.size() > 0;
      found
          .computeIfAbsent(samples.labels(), _ -> new Steps(firstStep, size))
          .put(samples, request);
    }
    if (found.size() > MOST_SERIES) {
      throw new HeadroomException(
          ErrorCategory.UNPROCESSABLE,
          "query: gives more than "
              + MOST_SERIES
              + " series; select fewer or aggregate, as in sum by (host) (…)");
    }
    return isAny;
  }

  /** The steps of one series that are over, filled part by part. */
  private static final class Steps {
    private final long firstStep;
    private final double[] values;
    private long firstMillis = Long.MAX_VALUE;
    private long lastMillis = Long.MIN_VALUE;

    Steps(long firstStep, int size) {
      this.firstStep = firstStep;
      this.values = new double[size];
      Arrays.fill(values, Double.NaN);
    }

    void put(SeriesSamples samples, ForecastRequest request) {
      Resampled part =
          Resampler.resample(
              samples.timesMillis(),
              samples.values(),
              request.basis(),
              request.stepMillis(),
              request.offsetMillis(),
              request.toMillis());
      if (part.samples() == 0) {
        return;
      }
      firstMillis = Math.min(firstMillis, part.firstMillis());
      lastMillis = Math.max(lastMillis, part.lastMillis());
      RegularSeries series = part.series();
      long at = (series.startMillis() - request.offsetMillis()) / request.stepMillis() - firstStep;
      for (int i = 0; i < series.size(); i++) {
        if (at + i >= 0 && at + i < values.length) {
          values[(int) at + i] = series.values()[i];
        }
      }
    }

    Measured measured(Labels labels, ForecastRequest request) {
      int from = 0;
      while (from < values.length && Double.isNaN(values[from])) {
        from++;
      }
      long start = (firstStep + from) * request.stepMillis() + request.offsetMillis();
      double[] known = Arrays.copyOfRange(values, from, values.length);
      return new Measured(
          labels,
          new RegularSeries(start, request.stepMillis(), known),
          Math.max(0, lastMillis - firstMillis));
    }
  }
}
