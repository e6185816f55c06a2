package dev.headroom.forecast.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.forecast.capacity.MemorySeries;
import dev.headroom.forecast.cost.CostForecast.Amounts;
import dev.headroom.forecast.cost.CostForecast.Cell;
import dev.headroom.forecast.cost.CostForecast.Group;
import dev.headroom.forecast.cost.CostForecast.Grouping;
import dev.headroom.forecast.model.ForecastOutcome;
import dev.headroom.forecast.model.JointForecaster;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CostForecastTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");
  private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
  private static final long GB = 1_000_000_000L;

  private static final String HEAD =
      "id: b\ncurrency: USD\nsource: test\nrecorded_at: 2026-01-01\nprices:\n";
  private static final String STORAGE =
      HEAD
          + "- {name: storage, meter: stored, unit: GB-month, price: 0.10, valid_from:"
          + " 2020-01-01}\n";

  private final MemoryUsage usage = new MemoryUsage();
  private final MemorySeries series = new MemorySeries();

  private CostForecast plan(
      String prices, JointForecaster forecaster, int keptDays, long overhead) {
    RetentionForecaster retention = new RetentionForecaster(usage, kept(keptDays), forecaster);
    return new CostPlanner(retention, series, PriceFile.parse("p.yaml", prices), _ -> overhead)
        .plan(TENANT, NOW, 3, Deadline.after(Duration.ofMinutes(1)));
  }

  private static RetentionPolicy kept(int days) {
    return new RetentionPolicy(Duration.ofDays(days), Map.of(), Duration.ofDays(400), 0);
  }

  /** Every day of every stream adds the same on every path. */
  private static JointForecaster constant(double value) {
    return (all, options) -> {
      List<ForecastOutcome> outcomes = new ArrayList<>();
      all.forEach(
          one -> {
            double[][] paths = new double[options.paths()][options.horizon()];
            for (double[] path : paths) {
              Arrays.fill(path, value);
            }
            outcomes.add(RetentionForecastTest.forecast(one.endMillis(), paths));
          });
      return outcomes;
    };
  }

  private static StreamKey stream(String name) {
    return new StreamKey(TENANT, name);
  }

  private void storeDaily(String name, int days, long bytes) {
    for (int back = 0; back <= days; back++) {
      usage.store(stream(name), TODAY.minusDays(back), bytes);
    }
  }

  private static Group group(CostForecast cost, String key) {
    return cost.groups(Grouping.STREAM).stream()
        .filter(group -> group.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aGigabyteMonthIsTheAverageOfTheMonthsDays() {
    // 1 GB a day, kept 9 days: 10 GB on every day, for ever
    storeDaily("app", 9, GB);
    CostForecast cost = plan(STORAGE, constant(GB), 9, 0);
    Group app = group(cost, "app");
    // past days: of the 20 days of November that are over, deleted cohorts are unknown, so the
    // days 1 to 11 hold nothing known, and day 12 holds 1 GB … day 20 holds 9 GB: 45 GB-days
    BigDecimal november = new BigDecimal("14.5").multiply(new BigDecimal("10")).setScale(2);
    assertEquals(
        november
            .divide(new BigDecimal("30"), 10, RoundingMode.HALF_EVEN)
            .movePointLeft(1)
            .setScale(2, RoundingMode.HALF_EVEN),
        cost.amounts(app, 0).expected());
    assertEquals(new BigDecimal("1.00"), cost.amounts(app, 1).expected());
    assertEquals(new BigDecimal("1.00"), cost.amounts(app, 2).expected());
    assertEquals(31, cost.months().get(1).days());
    assertEquals(20, cost.months().getFirst().measuredDays());
  }

  @Test
  void elapsedDaysAreWhatTheLedgerRead() {
    storeDaily("app", 9, GB);
    series.answer(
        "sum by (stream) (last_over_time(headroom_stored_bytes[1h]))",
        Labels.of("stream", "app"),
        Instant.parse("2026-11-01T00:00:00Z").toEpochMilli(),
        NOW.toEpochMilli(),
        _ -> 40.0 * GB);
    CostForecast cost = plan(STORAGE, constant(GB), 9, 0);
    // 20 days of 40 GB and 10 days of 10 GB are 900 GB-days: 30 GB-months
    assertEquals(new BigDecimal("3.00"), cost.month(0).expected());
    // 800 GB-days so far
    assertEquals(new BigDecimal("2.67"), cost.months().getFirst().toDate());
    assertEquals(List.of(), cost.notes());
  }

  @Test
  void unallocatedBytesHaveTheirOwnLine() {
    storeDaily("app", 9, GB);
    CostForecast cost = plan(STORAGE, constant(GB), 9, 25 * GB);
    Group unallocated = cost.groups(Grouping.STREAM).getLast();
    assertTrue(unallocated.isUnallocated());
    assertEquals(new BigDecimal("2.50"), cost.amounts(unallocated, 1).expected());
    assertEquals(new BigDecimal("3.50"), cost.month(1).expected());
  }

  @Test
  void eachMeterIsPricedByItsOwnFlow() {
    for (int back = 0; back <= 40; back++) {
      usage.receive(
          stream("app"), TODAY.minusDays(back), new FlowTotals(GB / 4, 2 * GB, 500_000, 9));
    }
    CostForecast cost =
        plan(
            HEAD
                + "- {name: w, meter: wire, unit: GB, price: 0.4, valid_from: 2020-01-01}\n"
                + "- {name: r, meter: raw, unit: GB, price: 0.5, valid_from: 2020-01-01}\n"
                + "- {name: a, meter: accepted, unit: million records, price: 2, valid_from:"
                + " 2020-01-01}\n",
            constant(2.0 * GB),
            9,
            0);
    // December, each day: 0.25 × 0.4 + 2 × 0.5 + 0.5 × 2 = 2.1
    assertEquals(new BigDecimal("65.10"), cost.month(1).expected());
    // November: measured days bring the same
    assertEquals(new BigDecimal("63.00"), cost.month(0).expected());
    assertEquals(new BigDecimal("42.00"), cost.months().getFirst().toDate());
  }

  @Test
  void aPriceThatChangesWithinAMonthCountsByTheDay() {
    storeDaily("app", 9, GB);
    CostForecast cost =
        plan(
            HEAD
                + "- {name: s, meter: stored, unit: GB-month, price: 0.1, valid_from: 2020-01-01,"
                + " valid_to: 2026-12-11}\n"
                + "- {name: s, meter: stored, unit: GB-month, price: 0.2, valid_from:"
                + " 2026-12-11}\n",
            constant(GB),
            9,
            0);
    // 10 GB × (10 days × 0.1 + 21 days × 0.2) / 31
    assertEquals(new BigDecimal("1.68"), cost.month(1).expected());
    assertEquals(new BigDecimal("2.00"), cost.month(2).expected());
  }

  @Test
  void aPriceThatEndsIsToldOf() {
    storeDaily("app", 9, GB);
    CostForecast cost =
        plan(
            STORAGE.replace(
                "valid_from: 2020-01-01", "valid_from: 2020-01-01, valid_to: 2027-01-01"),
            constant(GB),
            9,
            0);
    assertEquals(new BigDecimal("0.00"), cost.month(2).expected());
    assertTrue(cost.notes().stream().anyMatch(note -> note.contains("ends before 2027-01-01")));
  }

  @Test
  void graduatedPricesApplyToTheAccountAndAreAllocatedByQuantity() {
    storeDaily("a", 9, 3 * GB);
    storeDaily("b", 9, GB);
    CostForecast cost =
        plan(
            HEAD
                + "- {name: s, meter: stored, unit: GB-month, valid_from: 2020-01-01, graduated:"
                + " [{up_to: 20, price: 0.3}, {price: 0.1}]}\n",
            (all, options) -> {
              List<ForecastOutcome> outcomes = new ArrayList<>();
              outcomes.addAll(constant(3.0 * GB).forecast(all.subList(0, 1), options));
              outcomes.addAll(constant(GB).forecast(all.subList(1, 2), options));
              return outcomes;
            },
            9,
            0);
    // 40 GB-months cost 20 × 0.3 + 20 × 0.1 = 8, of which a has three quarters
    assertEquals(new BigDecimal("8.00"), cost.month(1).expected());
    assertEquals(new BigDecimal("6.00"), cost.amounts(group(cost, "a"), 1).expected());
    assertEquals(new BigDecimal("2.00"), cost.amounts(group(cost, "b"), 1).expected());
  }

  @Test
  void tiersArePricedByAge() {
    storeDaily("app", 9, GB);
    CostForecast cost =
        plan(
            "tiers: [{name: hot}, {name: cold, from_age: 4d}]\n"
                + HEAD
                + "- {name: h, meter: stored, tier: hot, unit: GB-month, price: 1, valid_from:"
                + " 2020-01-01}\n"
                + "- {name: c, meter: stored, tier: cold, unit: GB-month, price: 0.1, valid_from:"
                + " 2020-01-01}\n",
            constant(GB),
            9,
            0);
    // ages 0 to 3 are hot, 4 to 9 cold
    assertEquals(new BigDecimal("4.60"), cost.month(1).expected());
  }

  @Test
  void theP90OfTwoIdenticalStreamsIsTwiceTheP90() {
    storeDaily("a", 9, GB);
    storeDaily("b", 9, GB);
    // path p of both adds (p + 1) MB a day: what is high in one is high in the other
    CostForecast cost =
        plan(
            STORAGE.replace("0.10", "100"),
            (all, options) -> {
              List<ForecastOutcome> outcomes = new ArrayList<>();
              all.forEach(
                  one -> {
                    double[][] paths = new double[options.paths()][options.horizon()];
                    for (int p = 0; p < paths.length; p++) {
                      Arrays.fill(paths[p], (p + 1) * 1e6);
                    }
                    outcomes.add(RetentionForecastTest.forecast(one.endMillis(), paths));
                  });
              return outcomes;
            },
            9,
            0);
    BigDecimal one = cost.amounts(group(cost, "a"), 2).high().orElseThrow();
    BigDecimal both = cost.month(2).high().orElseThrow();
    assertEquals(one.multiply(BigDecimal.TWO).doubleValue(), both.doubleValue(), 0.011);
  }

  @Test
  void opposedPathsSumToLessThanTheSumOfTheirQuantiles() {
    storeDaily("a", 9, GB);
    storeDaily("b", 9, GB);
    CostForecast cost =
        plan(
            STORAGE.replace("0.10", "100"),
            (all, options) -> {
              int paths = options.paths();
              double[][] up = new double[paths][options.horizon()];
              double[][] down = new double[paths][options.horizon()];
              for (int p = 0; p < paths; p++) {
                Arrays.fill(up[p], (p + 1) * 1e6);
                Arrays.fill(down[p], (paths - p) * 1e6);
              }
              return List.of(
                  RetentionForecastTest.forecast(all.getFirst().endMillis(), up),
                  RetentionForecastTest.forecast(all.getFirst().endMillis(), down));
            },
            9,
            0);
    Amounts both = cost.month(2);
    assertEquals(both.expected().doubleValue(), both.high().orElseThrow().doubleValue(), 0.011);
    BigDecimal one = cost.amounts(group(cost, "a"), 2).high().orElseThrow();
    assertTrue(one.multiply(BigDecimal.TWO).compareTo(both.high().orElseThrow()) > 0);
  }

  @Test
  void withoutAnyForecastThereAreNoQuantiles() {
    storeDaily("app", 2, GB);
    CostForecast cost =
        plan(
            STORAGE,
            (all, _) -> List.<ForecastOutcome>of(new NotEnoughData("2 days of history")),
            9,
            GB);
    assertTrue(cost.total().high().isEmpty());
    assertTrue(cost.total().expected().signum() > 0);
    assertTrue(cost.notes().stream().anyMatch(note -> note.contains("1 stream has too little")));
  }

  @Property(tries = 40)
  void expectedAmountsAddUpToTheCentInEveryCut(
      @ForAll @IntRange(min = 0, max = 12) int streams, @ForAll long seed) {
    Random random = new Random(seed);
    MemoryUsage ledger = new MemoryUsage();
    for (int s = 0; s < streams; s++) {
      StreamKey key = stream("s" + s);
      ledger.describe(key, new StreamAttributes("service" + random.nextInt(3), "", ""));
      for (int back = 0; back < 20; back++) {
        LocalDate day = TODAY.minusDays(back);
        long raw = random.nextLong(3 * GB);
        ledger.receive(key, day, new FlowTotals(raw / 7, raw, raw / 300, 0));
        ledger.store(key, day, raw / 5);
      }
    }
    String prices =
        HEAD
            + "- {name: s, meter: stored, unit: GiB-month, price: 0.0373219, valid_from:"
            + " 2020-01-01}\n"
            + "- {name: r, meter: raw, unit: GB, valid_from: 2020-01-01, graduated: [{up_to: 33,"
            + " price: 0.1234567891}, {price: 0.05}]}\n";
    RetentionForecaster retention =
        new RetentionForecaster(ledger, kept(9), RetentionForecastTest.random(seed, 40));
    CostForecast cost =
        new CostPlanner(
                retention, new MemorySeries(), PriceFile.parse("p.yaml", prices), _ -> 123_456_789L)
            .plan(TENANT, NOW, 3, Deadline.after(Duration.ofMinutes(1)));
    BigDecimal whole = cost.total().expected();
    assertEquals(whole, sum(cost.cells().stream().map(Cell::expected).toList()));
    List<BigDecimal> byMonth = new ArrayList<>();
    for (int m = 0; m < cost.months().size(); m++) {
      byMonth.add(cost.month(m).expected());
      for (Grouping grouping : Grouping.values()) {
        int month = m;
        assertEquals(
            byMonth.getLast(),
            sum(
                cost.groups(grouping).stream()
                    .map(group -> cost.amounts(group, month).expected())
                    .toList()));
      }
    }
    assertEquals(whole, sum(byMonth));
    for (Grouping grouping : Grouping.values()) {
      assertEquals(
          whole,
          sum(
              cost.groups(grouping).stream()
                  .map(group -> cost.amounts(group).expected())
                  .toList()));
    }
    assertEquals(whole, byMonth.getFirst().add(cost.ahead().expected()));
    assertEquals(2, whole.scale());
  }

  private static BigDecimal sum(List<BigDecimal> amounts) {
    return amounts.stream().reduce(BigDecimal.ZERO.setScale(2), BigDecimal::add);
  }
}
