package dev.headroom.forecast.capacity;

import dev.headroom.forecast.backtest.MinimumHistory;
import dev.headroom.forecast.cost.RetentionForecast;
import dev.headroom.forecast.cost.StreamForecast;
import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOutcome;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.model.Quantiles;
import dev.headroom.forecast.series.Basis;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** From one member's readings and paths to its plan. */
final class PlanMaker {
  /** A resource whose newest sample is older is gone, or its sender is. */
  private static final long STALE_MILLIS = UsageReader.DAY_MILLIS;

  /** What a single reading stands for. */
  private static final long ONE_READING_MILLIS = 60_000;

  /** Days whose highest value counts as usage now where peaks matter. */
  private static final int PEAK_DAYS = 7;

  private final WorkCalendar calendar;
  private final LocalDate today;
  private final Instant asOf;

  PlanMaker(WorkCalendar calendar, LocalDate today, Instant asOf) {
    this.calendar = calendar;
    this.today = today;
    this.asOf = asOf;
  }

  /** Why nothing can be forecast from these readings; empty when it can be tried. */
  Optional<String> hindrance(MeasuredUsage usage, int horizonDays) {
    if (usage.daily().size() == 0) {
      long needed = MinimumHistory.neededSteps(UsageReader.DAY_MILLIS, horizonDays);
      long known = Math.max(ONE_READING_MILLIS, usage.latestMillis() - usage.firstMillis());
      return Optional.of(NotEnoughData.yet(known, needed * UsageReader.DAY_MILLIS).reason());
    }
    return defect(usage);
  }

  /** Why these readings say nothing about now. */
  private Optional<String> defect(MeasuredUsage usage) {
    if (asOf.toEpochMilli() - usage.latestMillis() > STALE_MILLIS) {
      return Optional.of("no samples since " + Instant.ofEpochMilli(usage.latestMillis()));
    }
    if (usage.total().isEmpty()) {
      return Optional.of("no reading of its capacity within the last day");
    }
    if (usage.usable() <= 0) {
      return Optional.of("the reserve is as large as the capacity");
    }
    return Optional.empty();
  }

  ResourcePlan unplanned(MeasuredUsage usage, String reason) {
    return new ResourcePlan.Unplanned(
        usage.resource(),
        usage.name(),
        usage.group(),
        OptionalDouble.of(usageNow(usage)),
        usage.total(),
        reason);
  }

  ResourcePlan plan(MeasuredUsage usage, ForecastOutcome outcome) {
    return switch (outcome) {
      case Forecast forecast -> planned(usage, usage.resource(), forecast);
      case NotEnoughData(String reason) -> unplanned(usage, reason);
    };
  }

  private ResourcePlan.Planned planned(MeasuredUsage usage, Resource resource, Forecast forecast) {
    LocalDate first =
        LocalDate.ofInstant(Instant.ofEpochMilli(forecast.startMillis()), ZoneOffset.UTC);
    double now = usageNow(usage);
    double[][] paths = forecast.paths();
    Runway untilTarget = Runway.of(paths, first, usage.target(), now);
    Runway untilUsable = Runway.of(paths, first, usage.usable(), now);
    Runway runway = resource.actOn() == Limit.TARGET ? untilTarget : untilUsable;
    double[] p10 = forecast.quantile(0.1);
    double[] median = forecast.quantile(0.5);
    double[] p90 = forecast.quantile(0.9);
    return new ResourcePlan.Planned(
        resource,
        resource.nameOf(usage.group()),
        usage.group(),
        now,
        usage.total().orElse(0),
        usage.usable(),
        usage.target(),
        untilTarget,
        untilUsable,
        OrderBy.of(runway, resource, calendar, today),
        usage.capacityFor(Math.max(now, Quantiles.of(peaks(paths), 0.9))),
        usage.daily(),
        new ResourcePlan.Outlook(
            forecast.method(), p10, median, p90, forecast.testedSteps(), forecast.accuracy()),
        first,
        notes(usage, runway, forecast, first));
  }

  private static double[] peaks(double[][] paths) {
    return Arrays.stream(paths).mapToDouble(path -> Arrays.stream(path).max().orElse(0)).toArray();
  }

  private List<String> notes(
      MeasuredUsage usage, Runway runway, Forecast forecast, LocalDate first) {
    List<String> notes = new ArrayList<>(forecast.notes());
    int tested = forecast.testedSteps();
    LocalDate testedTo = first.plusDays(tested);
    if (!runway.isReached()
        && runway
            .late()
            .or(runway::median)
            .or(runway::early)
            .filter(day -> !day.isBefore(testedTo))
            .isPresent()) {
      notes.add("accuracy is unmeasured beyond " + tested + (tested == 1 ? " day" : " days"));
    }
    boolean canSaturate = usage.resource().kind() == ResourceKind.CPU;
    if (canSaturate && usageNow(usage) >= 0.95 * usage.total().orElse(0)) {
      notes.add("usage is close to capacity, so demand may be higher than what was measured");
    }
    if (usage.resource().kind() == ResourceKind.DISK && isHostDisk(usage.resource())) {
      notes.add("space that only root may use counts as used");
    }
    return notes;
  }

  private static boolean isHostDisk(Resource resource) {
    return BuiltInResources.ALL.contains(resource);
  }

  /** The newest reading of what fills up, the highest recent value of what peaks. */
  private static double usageNow(MeasuredUsage usage) {
    double[] days = usage.daily().values();
    if (usage.resource().basis() == Basis.LAST || days.length == 0) {
      return usage.latest();
    }
    double[] recent =
        Arrays.stream(days, Math.max(0, days.length - PEAK_DAYS), days.length)
            .filter(Double::isFinite)
            .toArray();
    return Arrays.stream(recent).max().orElse(usage.latest());
  }

  /**
   * The data disk filled by streams under their retention, everything else on it held as it is now.
   */
  ResourcePlan dataDisk(MeasuredUsage disk, RetentionForecast retention) {
    Resource resource = disk.resource().named("stored data on {mountpoint}");
    boolean isForecast =
        retention.streams().stream().anyMatch(s -> s instanceof StreamForecast.Modelled);
    Optional<String> hindrance = defect(disk);
    if (hindrance.isPresent() || !isForecast) {
      return new ResourcePlan.Unplanned(
          resource,
          resource.nameOf(disk.group()),
          disk.group(),
          OptionalDouble.of(disk.latest()),
          disk.total(),
          hindrance.orElse("not enough data yet: no stream has enough history for a forecast"));
    }
    long stored = retention.streams().stream().mapToLong(s -> s.history().storedNow()).sum();
    double other = Math.max(0, disk.latest() - stored);
    double[][] paths = retention.totalPaths();
    for (double[] path : paths) {
      for (int h = 0; h < path.length; h++) {
        path[h] += other;
      }
    }
    return planned(disk, resource, dataForecast(retention, paths));
  }

  private Forecast dataForecast(RetentionForecast retention, double[][] paths) {
    double[] mean = new double[retention.horizonDays()];
    for (double[] path : paths) {
      for (int h = 0; h < mean.length; h++) {
        mean[h] += path[h] / paths.length;
      }
    }
    int tested = Integer.MAX_VALUE;
    long assumed = 0;
    for (StreamForecast stream : retention.streams()) {
      switch (stream) {
        case StreamForecast.Modelled(var _, Forecast forecast) ->
            tested = Math.min(tested, forecast.testedSteps());
        case StreamForecast.Assumed _ -> assumed++;
      }
    }
    List<String> notes = new ArrayList<>();
    notes.add(
        "daily cohorts of every stream less what retention deletes; the rest of the disk is held"
            + " at its present level");
    if (assumed > 0) {
      notes.add(
          "of "
              + assumed
              + (assumed == 1 ? " stream" : " streams")
              + " with too little history the daily average so far goes on");
    }
    return new Forecast(
        "sum of the streams' paths under retention",
        today.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli(),
        UsageReader.DAY_MILLIS,
        mean,
        paths,
        tested,
        new Forecast.Accuracy(Double.NaN, Double.NaN, Double.NaN, 0),
        notes);
  }
}
