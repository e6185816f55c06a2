package dev.headroom.forecast.capacity;

import dev.headroom.forecast.cost.RetentionForecast;
import dev.headroom.forecast.cost.RetentionForecaster;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.ForecastOutcome;
import dev.headroom.forecast.model.JointForecaster;
import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads, forecasts and plans every resource and stream of a tenant. Work is bounded: past {@link
 * #MAX_MEMBERS} members or the deadline, the plan holds what was done and says what is missing.
 * Callable from any thread.
 */
public final class CapacityPlanner {
  public static final int MAX_HORIZON_DAYS = 730;

  /** Members of all fleets together; their histories take 6 MiB. */
  static final int MAX_MEMBERS = 2_000;

  /** Forecast at once, so that the paths of one batch take at most 64 MiB. */
  private static final int BATCH = 64;

  private static final int MAX_PATH_VALUES = 8 << 20;
  private static final int MIN_PATHS = 100;

  private final UsageReader reader;
  private final JointForecaster forecaster;
  private final RetentionForecaster retention;
  private final CapacityConfig config;
  private final Optional<String> dataMountpoint;

  /**
   * @param dataMountpoint label {@code mountpoint} of the file system that holds the data
   *     directory, as Headroom's own host metrics name it; stored bytes of streams add up to it
   */
  public CapacityPlanner(
      SeriesSource source,
      JointForecaster forecaster,
      RetentionForecaster retention,
      CapacityConfig config,
      Optional<String> dataMountpoint) {
    this.reader = new UsageReader(source);
    this.forecaster = forecaster;
    this.retention = retention;
    this.config = config;
    this.dataMountpoint = dataMountpoint;
  }

  /**
   * @param horizonDays 1 to {@link #MAX_HORIZON_DAYS}
   */
  public CapacityPlan plan(TenantId tenant, Instant asOf, int horizonDays, Deadline deadline) {
    return new Run(tenant, asOf, horizonDays, deadline).plan();
  }

  /** One report. */
  private final class Run {
    private final TenantId tenant;
    private final Instant asOf;
    private final LocalDate today;
    private final int horizonDays;
    private final Deadline deadline;
    private final PlanMaker maker;
    private final List<MeasuredUsage> measured = new ArrayList<>();
    private final List<ResourcePlan> plans = new ArrayList<>();
    private final List<StreamPlan> streams = new ArrayList<>();
    private final List<String> partial = new ArrayList<>();

    Run(TenantId tenant, Instant asOf, int horizonDays, Deadline deadline) {
      this.tenant = tenant;
      this.asOf = asOf;
      this.today = LocalDate.ofInstant(asOf, ZoneOffset.UTC);
      this.horizonDays = horizonDays;
      this.deadline = deadline;
      this.maker = new PlanMaker(config.calendar(), today, asOf);
    }

    CapacityPlan plan() {
      try {
        readAll();
        planAll();
        planStreams();
      } catch (HeadroomException e) {
        if (e.category() != ErrorCategory.TIMEOUT) {
          throw e;
        }
        partial.add("the time allowed for this report ran out; what is missing was not computed");
      }
      plans.sort(PlanOrder.MOST_URGENT_FIRST);
      return new CapacityPlan(asOf, horizonDays, plans, streams, config.calendar(), partial);
    }

    private void readAll() {
      for (Resource resource : config.resources()) {
        List<MeasuredUsage> members = read(resource);
        if (members.isEmpty() && plans.stream().noneMatch(p -> p.resource().equals(resource))) {
          plans.add(unread(resource, "its usage has no samples"));
        }
        add(members);
      }
      if (config.builtIn()) {
        for (Resource resource : BuiltInResources.ALL) {
          add(read(resource));
        }
      }
    }

    private List<MeasuredUsage> read(Resource resource) {
      deadline.check();
      try {
        return reader.read(tenant, resource, asOf, deadline);
      } catch (HeadroomException e) {
        if (e.category() == ErrorCategory.TIMEOUT) {
          throw e;
        }
        plans.add(unread(resource, "cannot be read: " + e.getMessage()));
        return List.of();
      }
    }

    private static ResourcePlan unread(Resource resource, String reason) {
      return new ResourcePlan.Unplanned(
          resource,
          resource.name(),
          Labels.EMPTY,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          reason);
    }

    private void add(List<MeasuredUsage> members) {
      int room = MAX_MEMBERS - measured.size();
      if (members.size() > room) {
        partial.add(
            "more than "
                + MAX_MEMBERS
                + " resources; "
                + (members.size() - room)
                + " of "
                + members.getFirst().resource().name()
                + " are left out");
      }
      measured.addAll(members.subList(0, Math.min(room, members.size())));
    }

    private void planAll() {
      List<MeasuredUsage> usable = new ArrayList<>();
      for (MeasuredUsage usage : measured) {
        Optional<String> hindrance = maker.hindrance(usage, horizonDays);
        hindrance.ifPresent(reason -> plans.add(maker.unplanned(usage, reason)));
        if (hindrance.isEmpty()) {
          usable.add(usage);
        }
      }
      for (int from = 0; from < usable.size(); from += BATCH) {
        planBatch(usable.subList(from, Math.min(usable.size(), from + BATCH)));
      }
    }

    private void planBatch(List<MeasuredUsage> batch) {
      deadline.check();
      List<RegularSeries> series = batch.stream().map(MeasuredUsage::daily).toList();
      List<ForecastOutcome> outcomes = forecaster.forecast(series, options(batch.size()));
      for (int i = 0; i < batch.size(); i++) {
        plans.add(maker.plan(batch.get(i), outcomes.get(i)));
      }
    }

    private ForecastOptions options(int series) {
      ForecastOptions all = ForecastOptions.ofAmounts(horizonDays);
      int paths =
          Math.clamp(MAX_PATH_VALUES / (series * (long) horizonDays), MIN_PATHS, all.paths());
      return new ForecastOptions(
          horizonDays, all.lowerBound(), all.upperBound(), paths, all.seed());
    }

    /** Streams of this tenant, and the data disk that the streams of all tenants fill. */
    private void planStreams() {
      Optional<MeasuredUsage> disk = measured.stream().filter(this::isDataDisk).findFirst();
      RetentionForecast forecast =
          disk.isPresent()
              ? retention.forecastAll(today, horizonDays, deadline)
              : retention.forecast(List.of(tenant), today, horizonDays, deadline);
      if (forecast.isCutShort()) {
        partial.add("the time allowed for this report ran out before every stream was forecast");
      }
      streams.addAll(StreamPlans.of(forecast, tenant));
      disk.filter(usage -> !forecast.streams().isEmpty())
          .ifPresent(usage -> plans.add(maker.dataDisk(usage, forecast)));
    }

    private boolean isDataDisk(MeasuredUsage usage) {
      return usage.resource().equals(BuiltInResources.OWN_DISK)
          && dataMountpoint.equals(Optional.of(usage.group().get("mountpoint")));
    }
  }

  /** Reached and overdue first, then by order-by date, early date and share in use. */
  private static final class PlanOrder {
    static final Comparator<ResourcePlan> MOST_URGENT_FIRST =
        Comparator.comparing(PlanOrder::actionDay)
            .thenComparing(PlanOrder::earlyDay)
            .thenComparing(PlanOrder::unusedShare)
            .thenComparing(ResourcePlan::name);

    private static LocalDate actionDay(ResourcePlan plan) {
      return plan instanceof ResourcePlan.Planned planned
          ? planned.orderBy().day().orElse(LocalDate.MAX.minusDays(1))
          : LocalDate.MAX;
    }

    private static LocalDate earlyDay(ResourcePlan plan) {
      return plan instanceof ResourcePlan.Planned planned
          ? planned.runway().early().orElse(LocalDate.MAX)
          : LocalDate.MAX;
    }

    private static double unusedShare(ResourcePlan plan) {
      return plan instanceof ResourcePlan.Planned planned
          ? 1 - planned.usageNow() / planned.runway().limit()
          : 1;
    }
  }
}
