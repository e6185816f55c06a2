package dev.headroom.forecast.cost;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.JointForecaster;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RetentionForecastTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final LocalDate TODAY = LocalDate.parse("2026-11-23");
  private static final int HORIZON = 25;

  /** Paths that are the same for a series number, path and day, whatever the history. */
  static JointForecaster random(long seed, int paths) {
    return (series, options) ->
        java.util.stream.IntStream.range(0, series.size())
            .<dev.headroom.forecast.model.ForecastOutcome>mapToObj(
                s -> {
                  Random random = new Random(seed + s);
                  double[][] values = new double[paths][options.horizon()];
                  for (double[] path : values) {
                    Arrays.setAll(path, _ -> Math.rint(random.nextDouble() * 1_000));
                  }
                  return forecast(series.get(s).endMillis(), values);
                })
            .toList();
  }

  static Forecast forecast(long startMillis, double[][] paths) {
    return new Forecast(
        "test",
        startMillis,
        86_400_000L,
        paths[0],
        paths,
        30,
        new Forecast.Accuracy(1, 0.8, 0.95, 3),
        List.of());
  }

  private static RetentionForecast forecast(
      MemoryUsage usage, Map<String, Integer> ages, long maxBytes, JointForecaster forecaster) {
    Map<String, Duration> kept = new TreeMap<>();
    ages.forEach((stream, days) -> kept.put(stream, Duration.ofDays(days)));
    var policy = new RetentionPolicy(Duration.ofDays(5), kept, Duration.ofDays(8), maxBytes);
    return new RetentionForecaster(usage, policy, forecaster)
        .forecast(List.of(TENANT), TODAY, HORIZON, Deadline.after(Duration.ofMinutes(1)));
  }

  /** What a clerk with a list of days would find: add a day, strike what is too old or too much. */
  private static long[][][] byHand(
      RetentionForecast forecast, int path, int[] tierStarts, long maxBytes) {
    List<TreeMap<LocalDate, Long>> books = new ArrayList<>();
    for (StreamForecast stream : forecast.streams()) {
      TreeMap<LocalDate, Long> book = new TreeMap<>();
      for (int back = 1; back <= stream.history().ageDays(); back++) {
        LocalDate day = TODAY.minusDays(back);
        book.put(day, stream.history().amount(Meter.STORED, day));
      }
      books.add(book);
    }
    long[][][] stock = new long[books.size()][tierStarts.length][HORIZON];
    for (int h = 0; h < HORIZON; h++) {
      LocalDate today = TODAY.plusDays(h);
      for (int s = 0; s < books.size(); s++) {
        StreamForecast stream = forecast.streams().get(s);
        books.get(s).put(today, stream.added(Meter.STORED, path, h, stream.soFar()));
        books.get(s).headMap(today.minusDays(stream.history().ageDays())).clear();
      }
      while (maxBytes > 0 && total(books) > maxBytes && oldest(books).isBefore(today)) {
        LocalDate struck = oldest(books);
        books.forEach(book -> book.remove(struck));
      }
      for (int s = 0; s < books.size(); s++) {
        for (Map.Entry<LocalDate, Long> cohort : books.get(s).entrySet()) {
          long age = java.time.temporal.ChronoUnit.DAYS.between(cohort.getKey(), today);
          int tier = tierStarts.length - 1;
          while (tierStarts[tier] > age) {
            tier--;
          }
          stock[s][tier][h] += cohort.getValue();
        }
      }
    }
    return stock;
  }

  private static long total(List<TreeMap<LocalDate, Long>> books) {
    return books.stream().flatMap(book -> book.values().stream()).mapToLong(v -> v).sum();
  }

  private static LocalDate oldest(List<TreeMap<LocalDate, Long>> books) {
    return books.stream()
        .filter(book -> !book.isEmpty())
        .map(TreeMap::firstKey)
        .min(LocalDate::compareTo)
        .orElse(LocalDate.MAX);
  }

  @Test
  void stockEqualsADayByDayCount() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    for (int round = 0; round < 60; round++) {
      Random random = new Random(seed + round);
      MemoryUsage usage = new MemoryUsage();
      Map<String, Integer> ages = new TreeMap<>();
      int streams = 1 + random.nextInt(4);
      for (int s = 0; s < streams; s++) {
        StreamKey key = new StreamKey(TENANT, "s" + s);
        ages.put(key.name(), random.nextInt(12));
        for (int back = 0; back < random.nextInt(20) + 1; back++) {
          usage.store(key, TODAY.minusDays(back), random.nextInt(1_000));
        }
      }
      long maxBytes = random.nextBoolean() ? 0 : 2_000 + random.nextInt(8_000);
      int[] tiers = random.nextBoolean() ? new int[] {0} : new int[] {0, 2, 7};
      RetentionForecast forecast = forecast(usage, ages, maxBytes, random(seed, 3));
      forecast.follow(
          tiers,
          (path, stock) -> {
            long[][][] expected = byHand(forecast, path, tiers, maxBytes);
            for (int s = 0; s < stock.length; s++) {
              for (int tier = 0; tier < tiers.length; tier++) {
                assertArrayEquals(expected[s][tier], stock[s][tier], "headroom.seed=" + seed);
              }
            }
          });
    }
  }

  @Test
  void aStreamYoungerThanItsRetentionLevelsOff() {
    MemoryUsage usage = new MemoryUsage();
    StreamKey key = new StreamKey(TENANT, "young");
    usage.store(key, TODAY.minusDays(1), 10).store(key, TODAY, 10);
    RetentionForecast forecast =
        forecast(
            usage,
            Map.of(),
            0,
            (series, options) -> {
              double[][] paths = new double[1][options.horizon()];
              Arrays.fill(paths[0], 10);
              return List.of(forecast(series.getFirst().endMillis(), paths));
            });
    double[] stock = forecast.totalPaths()[0];
    assertArrayEquals(new double[] {20, 30, 40, 50, 60, 60, 60}, Arrays.copyOf(stock, 7));
    assertEquals(60, stock[HORIZON - 1]);
  }

  @Test
  void todayIsAtLeastWhatHasCome() {
    MemoryUsage usage = new MemoryUsage();
    StreamKey key = new StreamKey(TENANT, "burst");
    usage.store(key, TODAY.minusDays(1), 10).store(key, TODAY, 5_000);
    usage.store(key, TODAY.plusDays(3), 7); // a clock that runs ahead
    RetentionForecast forecast = forecast(usage, Map.of(), 0, random(1, 2));
    assertEquals(5_017, forecast.totalPaths()[0][0]);
  }

  @Test
  void metersFollowTheDriverByTheMeasuredRatios() {
    MemoryUsage usage = new MemoryUsage();
    StreamKey key = new StreamKey(TENANT, "app");
    for (int back = 0; back < 40; back++) {
      LocalDate day = TODAY.minusDays(back);
      usage.receive(key, day, new FlowTotals(100, 1_000, 20, 3));
      if (back <= 5) {
        usage.store(key, day, 250);
      }
    }
    RetentionForecast forecast =
        forecast(
            usage,
            Map.of(),
            0,
            (series, options) -> {
              assertEquals(39, series.getFirst().size(), "raw bytes reach back beyond retention");
              double[][] paths = new double[1][options.horizon()];
              Arrays.fill(paths[0], 2_000);
              return List.of(forecast(series.getFirst().endMillis(), paths));
            });
    StreamForecast stream = forecast.streams().getFirst();
    assertEquals(500, stream.added(Meter.STORED, 0, 3, Map.of()));
    assertEquals(200, stream.added(Meter.WIRE, 0, 3, Map.of()));
    assertEquals(2_000, stream.added(Meter.RAW, 0, 3, Map.of()));
    assertEquals(40, stream.added(Meter.ACCEPTED, 0, 3, Map.of()));
    assertEquals(250, stream.history().cohortThen(TODAY.minusDays(20)), "deleted, so estimated");
  }

  @Test
  void samplesAreKeptByTheirOwnAge() {
    MemoryUsage usage = new MemoryUsage();
    usage.store(new StreamKey(TENANT, "node"), TODAY.minusDays(7), 10);
    assertEquals(
        5, forecast(usage, Map.of(), 0, random(1, 2)).streams().getFirst().history().ageDays());
    usage.samples(new StreamKey(TENANT, "node"));
    assertEquals(
        8, forecast(usage, Map.of(), 0, random(1, 2)).streams().getFirst().history().ageDays());
  }

  @Test
  void tooLittleHistoryGoesOnAtItsAverageAndSaysSo() {
    MemoryUsage usage = new MemoryUsage();
    StreamKey key = new StreamKey(TENANT, "new");
    usage.store(key, TODAY.minusDays(2), 10).store(key, TODAY.minusDays(1), 30);
    RetentionForecast forecast =
        forecast(usage, Map.of(), 0, (_, _) -> List.of(new NotEnoughData("2 days of history")));
    var stream = assertInstanceOf(StreamForecast.Assumed.class, forecast.streams().getFirst());
    assertEquals(List.of("2 days of history"), stream.notes());
    assertEquals(1, forecast.paths());
    assertArrayEquals(new double[] {60, 80, 100, 120}, Arrays.copyOf(forecast.totalPaths()[0], 4));
  }
}
