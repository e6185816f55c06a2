package dev.headroom.forecast.capacity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.forecast.cost.MemoryUsage;
import dev.headroom.forecast.cost.RetentionForecaster;
import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.ForecastOutcome;
import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** With a forecaster that goes on in a straight line, so that every date can be computed. */
class CapacityPlannerTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final LocalDate TODAY = LocalDate.parse("2026-11-23");
  private static final long DAY = 86_400_000L;
  private static final long NOW_MILLIS = NOW.toEpochMilli();
  private static final long START = NOW_MILLIS - 40 * DAY;

  private final MemorySeries series = new MemorySeries();
  private final MemoryUsage usage = new MemoryUsage();

  private static List<ForecastOutcome> straight(List<RegularSeries> all, ForecastOptions options) {
    List<ForecastOutcome> outcomes = new ArrayList<>();
    for (RegularSeries one : all) {
      double[] values = one.values();
      double slope = values.length < 2 ? 0 : values[values.length - 1] - values[values.length - 2];
      double[][] paths = new double[options.paths()][options.horizon()];
      for (double[] path : paths) {
        Arrays.setAll(path, h -> values[values.length - 1] + slope * (h + 1));
      }
      outcomes.add(
          new Forecast(
              "straight line",
              one.endMillis(),
              one.stepMillis(),
              paths[0],
              paths,
              30,
              new Forecast.Accuracy(0.5, 0.8, 0.95, 3),
              List.of()));
    }
    return outcomes;
  }

  private CapacityPlan plan(String yaml, Duration limit) {
    RetentionForecaster retention =
        new RetentionForecaster(
            usage,
            new RetentionPolicy(Duration.ofDays(10), Map.of(), Duration.ofDays(400), 0),
            CapacityPlannerTest::straight);
    return new CapacityPlanner(
            series,
            CapacityPlannerTest::straight,
            retention,
            ResourceFile.parse("r.yaml", yaml),
            Optional.of("/data"))
        .plan(TENANT, NOW, 90, Deadline.after(limit));
  }

  private CapacityPlan plan(String yaml) {
    return plan(yaml, Duration.ofMinutes(1));
  }

  private static double days(long millis) {
    return Math.floorDiv(millis - START, DAY);
  }

  private static String entry(String keys) {
    return "resources: [{" + keys + "}]";
  }

  private static final String POOL =
      entry(
          "name: pool, usage: used, capacity: 100, unit: slots, target: 0.8, lead_time: 5wd,"
              + " review: 2wd");

  /** The pool with more keys. */
  private static String pool(String more) {
    return POOL.replace("}]", more + "}]");
  }

  @Test
  void growthThatIsKnownGivesTheKnownDates() {
    // 30 on the first day, one more each day: 70 today, 80 on 3 December
    series.answer("sum(used)", Labels.EMPTY, START, NOW_MILLIS, t -> 30 + days(t));
    var plan = assertInstanceOf(ResourcePlan.Planned.class, only(POOL));
    assertEquals(100, plan.usable());
    assertEquals(80, plan.target());
    assertEquals(Optional.of(LocalDate.parse("2026-12-03")), plan.runway().median());
    assertEquals(Optional.of(LocalDate.parse("2026-11-24")), plan.orderBy().day());
    assertEquals(Optional.of(LocalDate.parse("2026-12-23")), plan.untilUsable().median());
    // the last of 90 days is 159, of which the target takes 80 %
    assertEquals(159 / 0.8 - 100, plan.recommendedExtra(), 1e-9);
    assertEquals(69, plan.usageNow(), "the highest of the last seven days");
  }

  private ResourcePlan only(String yaml) {
    CapacityPlan plan = plan(yaml);
    assertEquals(1, plan.resources().size(), plan.toString());
    return plan.resources().getFirst();
  }

  @Test
  void theReserveComesOffBeforeTheTarget() {
    series.answer("sum(used)", Labels.EMPTY, START, NOW_MILLIS, _ -> 10);
    var plan =
        assertInstanceOf(ResourcePlan.Planned.class, only(pool(", reserve: 25%, act_on: usable")));
    assertEquals(75, plan.usable());
    assertEquals(60, plan.target());
    assertEquals(65, plan.headroom());
    assertEquals(Optional.empty(), plan.runway().early());
    assertEquals(0, plan.recommendedExtra());
  }

  @Test
  void aReserveOfNodesTakesTheLargestOnesOff() {
    series.answer("sum(used)", Labels.EMPTY, START, NOW_MILLIS, _ -> 10);
    for (int cores : new int[] {8, 32, 16}) {
      series.answer("cores", Labels.of("node", "n" + cores), START, NOW_MILLIS, _ -> cores);
    }
    var plan =
        assertInstanceOf(
            ResourcePlan.Planned.class,
            only(entry("name: c, kind: cpu, usage: used, capacity: cores, reserve: N-1")));
    assertEquals(56, plan.total());
    assertEquals(24, plan.usable());
  }

  @Test
  void oneEntryCoversAFleetMostUrgentFirst() {
    for (int host = 1; host <= 3; host++) {
      int growth = host;
      Labels labels = Labels.of("instance", "h" + host + ":9100");
      series.answer(
          "sum by (instance) (used)", labels, START, NOW_MILLIS, t -> 10 + growth * days(t));
      series.answer("size", labels.with("device", "sda"), START, NOW_MILLIS, _ -> 200);
    }
    CapacityPlan plan =
        plan(
            entry(
                "name: 'disk of {instance}', kind: disk, usage: used, capacity: size,"
                    + " group_by: [instance]"));
    assertEquals(
        List.of("disk of h3", "disk of h2", "disk of h1"),
        plan.resources().stream().map(ResourcePlan::name).toList());
  }

  @Test
  void whatCannotBePlannedSaysWhy() {
    String yaml = POOL;
    reason(only(yaml), "its usage has no samples");
    series.fail("sum(used)", "1:5: unexpected )");
    reason(only(yaml), "cannot be read: 1:5: unexpected )");
  }

  @Test
  void aResourceThatFellSilentIsNotForecast() {
    series.answer("sum(used)", Labels.EMPTY, START, NOW_MILLIS - 3 * DAY, _ -> 10);
    reason(only(POOL), "no samples since 2026-11-20T12:00:00Z");
  }

  @Test
  void capacityThatNobodySaysIsNamed() {
    series.answer("sum(used)", Labels.EMPTY, START, NOW_MILLIS, _ -> 10);
    reason(
        only(entry("name: p, usage: used, capacity: size, unit: slots")),
        "no reading of its capacity within the last day");
  }

  @Test
  void hoursOfHistoryAreNotEnough() {
    series.answer("sum(used)", Labels.EMPTY, NOW_MILLIS - 7_200_000, NOW_MILLIS, _ -> 10);
    reason(only(POOL), "not enough data yet: 2 hours of history; 14 days are needed");
  }

  private static void reason(ResourcePlan plan, String reason) {
    assertEquals(reason, assertInstanceOf(ResourcePlan.Unplanned.class, plan).reason());
  }

  @Test
  void pastTheDeadlineThePlanSaysThatItIsPartial() {
    CapacityPlan plan = plan(POOL, Duration.ZERO);
    assertFalse(plan.partial().isEmpty());
    assertTrue(plan.partial().getFirst().contains("time allowed"));
  }

  @Test
  void streamsFillTheDataDiskUnderTheirRetention() {
    // 10 bytes each day, kept 10 days: 11 cohorts, and no more than that ever
    StreamKey stream = new StreamKey(TENANT, "app");
    for (int back = 0; back < 6; back++) {
      usage.store(stream, TODAY.minusDays(back), 10);
    }
    String size = "headroom_host_filesystem_size_bytes{job=\"headroom\"}";
    Labels data = Labels.of("mountpoint", "/data");
    series.answer(
        "sum by (mountpoint) ("
            + size
            + " - headroom_host_filesystem_avail_bytes{job=\"headroom\"})",
        data,
        START,
        NOW_MILLIS,
        _ -> 1_060);
    series.answer(size, data, START, NOW_MILLIS, _ -> 1_100);
    CapacityPlan plan = plan("");
    StreamPlan app = plan.streams().getFirst();
    assertEquals(60, app.storedNow());
    assertEquals(110, app.expected());
    assertEquals(Optional.of(LocalDate.parse("2026-11-29")), app.plateau());
    var disk =
        plan.resources().stream()
            .filter(resource -> resource.name().equals("stored data on /data"))
            .findFirst()
            .orElseThrow();
    var planned = assertInstanceOf(ResourcePlan.Planned.class, disk);
    // 1,000 bytes are not Headroom's; with 100 of its own the disk is full, today being the 6th day
    assertEquals(Optional.of(TODAY.plusDays(4)), planned.untilUsable().median());
    assertEquals(1_110, planned.outlook().median()[89], 1e-9);
  }
}
