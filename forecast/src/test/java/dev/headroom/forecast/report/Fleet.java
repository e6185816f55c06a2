package dev.headroom.forecast.report;

import dev.headroom.forecast.backtest.ForecastEngine;
import dev.headroom.forecast.capacity.CapacityConfig;
import dev.headroom.forecast.capacity.CapacityPlanner;
import dev.headroom.forecast.capacity.MemorySeries;
import dev.headroom.forecast.cost.CostPlanner;
import dev.headroom.forecast.cost.MemoryUsage;
import dev.headroom.forecast.cost.PriceFile;
import dev.headroom.forecast.cost.RetentionForecaster;
import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongToDoubleFunction;

/** A small company: hosts with disks and CPUs, and the logs of three services. */
final class Fleet {
  static final TenantId TENANT = new TenantId("default");
  static final Instant NOW = Instant.parse("2026-11-23T14:05:00Z");
  static final LocalDate TODAY = LocalDate.parse("2026-11-23");
  static final long DAY = 86_400_000L;
  static final double GIB = 1L << 30;

  private static final RetentionPolicy KEPT =
      new RetentionPolicy(
          Duration.ofDays(30),
          Map.of("checkout", Duration.ofDays(90), "payments", Duration.ofDays(400)),
          Duration.ofDays(400),
          0);

  private static final String DISK_USAGE =
      "sum by (instance, mountpoint) (node_filesystem_size_bytes{fstype!~\"tmpfs|devtmpfs|ramfs|"
          + "overlay|squashfs|iso9660|autofs|nsfs|fuse.lxcfs\"} - node_filesystem_avail_bytes)";
  private static final String DISK_SIZE =
      "node_filesystem_size_bytes{fstype!~\"tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|autofs|"
          + "nsfs|fuse.lxcfs\"}";
  private static final String CPU_USAGE =
      "sum by (instance) (rate(node_cpu_seconds_total{mode!~\"idle|iowait\"}[15m]))";
  private static final String CPU_COUNT =
      "count by (instance) (node_cpu_seconds_total{mode=\"idle\"})";

  final MemorySeries series = new MemorySeries();
  final MemoryUsage usage = new MemoryUsage();
  private final long now = NOW.toEpochMilli();
  private final long start = now - 120 * DAY;

  Fleet() {
    this(true);
  }

  /** Without anything where nothing is to be in it. */
  Fleet(boolean isPeopled) {
    if (isPeopled) {
      people();
    }
  }

  private void people() {
    disk("db-2:9100", "/var", 500, t -> 330 + 1.05 * days(t) + 6 * daily(t));
    disk("db-1:9100", "/var", 500, t -> 180 + 0.12 * days(t) + 4 * daily(t));
    disk("web-1:9100", "/", 50, t -> 45.2 + 0.035 * days(t) + 0.2 * daily(t));
    cpu("web-1:9100", 16, t -> (6 + 0.032 * days(t)) * (1 + 0.35 * daily(t)));
    cpu("web-2:9100", 16, t -> (4 + 0.004 * days(t)) * (1 + 0.35 * daily(t)));
    own();
    stream("checkout", "shop", "eu", 90, 1_900_000_000L, 9_000_000L, 120);
    stream("payments", "payments", "eu", 400, 700_000_000L, 3_500_000L, 120);
    stream("search", "shop", "us", 30, 1_200_000_000L, -1_000_000L, 120);
    stream("mailer", "mail", "us", 30, 90_000_000L, 0, 4);
  }

  double days(long t) {
    return (t - start) / (double) DAY;
  }

  /** −1 to 1 over the day, lower at weekends, and some noise that each time has for itself. */
  private double daily(long t) {
    double hour = (t % DAY) / (double) DAY * 2 * Math.PI;
    boolean isWeekend = (t / DAY + 3) % 7 >= 5;
    double noise = new Random(t).nextDouble() - 0.5;
    return (isWeekend ? 0.3 : 1) * Math.sin(hour - 2) * 0.8 + 0.4 * noise;
  }

  void disk(String host, String mount, double gib, LongToDoubleFunction used) {
    Labels labels = Labels.of("instance", host, "mountpoint", mount);
    series.answer(DISK_USAGE, labels, start, now, t -> used.applyAsDouble(t) * GIB);
    series.answer(DISK_SIZE, labels, start, now, _ -> gib * GIB);
  }

  private void cpu(String host, int cores, LongToDoubleFunction used) {
    Labels labels = Labels.of("instance", host);
    series.answer(CPU_USAGE, labels, start, now, used);
    series.answer(CPU_COUNT, labels, start, now, _ -> cores);
  }

  private void own() {
    Labels data = Labels.of("mountpoint", "/data");
    String size = "headroom_host_filesystem_size_bytes{job=\"headroom\"}";
    String used = size + " - headroom_host_filesystem_avail_bytes{job=\"headroom\"}";
    series.answer("sum by (mountpoint) (" + used + ")", data, now - DAY / 12, now, _ -> 300 * GIB);
    series.answer(size, data, now - DAY / 12, now, _ -> 500 * GIB);
  }

  private void stream(
      String name, String service, String region, int keptDays, long raw, long growth, int days) {
    StreamKey key = new StreamKey(TENANT, name);
    usage.describe(key, new StreamAttributes(service, "production", region));
    Random random = new Random(name.hashCode());
    for (int back = days; back >= 0; back--) {
      LocalDate day = TODAY.minusDays(back);
      boolean isWeekend = day.getDayOfWeek().getValue() >= 6;
      double factor = (isWeekend ? 0.55 : 1) * (0.93 + 0.14 * random.nextDouble());
      factor *= back == 0 ? 0.55 : 1;
      long bytes = (long) ((raw + growth * (days - back)) * factor);
      usage.receive(key, day, new FlowTotals(bytes / 8, bytes, bytes / 400, 0));
      if (back <= keptDays) {
        usage.store(key, day, (long) (bytes * 0.21));
      }
    }
  }

  RetentionForecaster retention() {
    return new RetentionForecaster(usage, KEPT, ForecastEngine::forecast);
  }

  CapacityPlanner capacity() {
    return capacity(CapacityConfig.DEFAULT);
  }

  CapacityPlanner capacity(CapacityConfig config) {
    return new CapacityPlanner(
        series, ForecastEngine::forecast, retention(), config, Optional.of("/data"));
  }

  CostPlanner cost() {
    return new CostPlanner(retention(), series, PriceFile.example(), _ -> 3_000_000_000L);
  }
}
