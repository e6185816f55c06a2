package dev.headroom.query.http;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Two hours of samples for a real Prometheus and for us. They lie 3.217 s off the grid that queries
 * use: before version 3 both ends of a range belonged to it, and so the difference never shows.
 */
final class OracleSamples {
  static final long START = 1_767_225_600_000L; // 2026-01-01T00:00:00Z
  static final int HOURS = 2;
  static final Instant END = Instant.ofEpochMilli(START + HOURS * 3_600_000L);

  private static final long STEP = 15_000;
  private static final long OFFSET = 3_217;
  private static final int COUNT = (int) (HOURS * 3_600_000L / STEP);

  private record Point(long timeMillis, double value) {}

  private final Map<Labels, List<Point>> series = new LinkedHashMap<>();
  private final Random random;

  OracleSamples(long seed) {
    random = new Random(seed);
    for (String job : List.of("api", "web", "db")) {
      for (int i = 0; i < 3; i++) {
        String instance = "host-" + i;
        counter("http_requests", 3, "job", job, "instance", instance, "code", "200");
        counter("http_requests", 0.2, "job", job, "instance", instance, "code", "500");
        walk("memory_bytes", 1e9, 1e7, "job", job, "instance", instance);
      }
    }
    for (int i = 0; i < 3; i++) {
      add("build_info", n -> 1, "instance", "host-" + i, "version", "1." + i / 2);
      add("memory_limit", n -> 2e9, "instance", "host-" + i);
    }
    for (String route : List.of("/", "/login")) {
      histogram(route);
    }
    walk("temperature", 20, 0.3, "room", "a");
    gaps("temperature", 30, "room", "b");
    add("odd", n -> n % 7 == 0 ? Double.NaN : n % 50, "v", "nan");
    add("odd", n -> n % 100 == 50 ? Double.POSITIVE_INFINITY : n % 20, "v", "inf");
    add("odd", n -> -n * 0.25, "v", "negative");
    add("stepped", n -> Math.floor(n / 40.0), "v", "x");
    add("constant", n -> 42);
    add("disk_used", n -> 1e6 + 250 * n + 500 * Math.sin(n / 30.0), "disk", "sda");
    late("late", 200, "v", "y");
  }

  private void counter(String name, double perStep, String... labels) {
    double[] value = {0};
    add(
        name,
        n -> {
          value[0] =
              random.nextInt(150) == 0
                  ? 0
                  : value[0] + Math.floor(random.nextDouble() * 2 * perStep * 10);
          return value[0];
        },
        labels);
  }

  private void walk(String name, double start, double step, String... labels) {
    double[] value = {start};
    add(name, n -> value[0] += step * (random.nextDouble() - 0.5), labels);
  }

  /** Ten minutes there, ten minutes not. */
  private void gaps(String name, double value, String... labels) {
    Labels key = labels(name, labels);
    for (int n = 0; n < COUNT; n++) {
      if (n / 40 % 2 == 0) {
        put(key, n, value + n % 5);
      }
    }
  }

  private void late(String name, int first, String... labels) {
    Labels key = labels(name, labels);
    for (int n = first; n < COUNT; n++) {
      put(key, n, n);
    }
  }

  private void histogram(String route) {
    String[] bounds = {"0.1", "0.5", "1", "2.5", "+Inf"};
    long[] counts = new long[bounds.length];
    for (int n = 0; n < COUNT; n++) {
      for (int request = random.nextInt(20); request > 0; request--) {
        double latency = -Math.log(random.nextDouble()) * 0.6;
        for (int b = 0; b < bounds.length; b++) {
          boolean inside = bounds[b].equals("+Inf") || latency <= Double.parseDouble(bounds[b]);
          counts[b] += inside ? 1 : 0;
        }
      }
      for (int b = 0; b < bounds.length; b++) {
        put(labels("latency_bucket", "route", route, "le", bounds[b]), n, counts[b]);
      }
    }
  }

  private void add(String name, IntToDoubleFunction value, String... labels) {
    Labels key = labels(name, labels);
    for (int n = 0; n < COUNT; n++) {
      put(key, n, value.applyAsDouble(n));
    }
  }

  private static Labels labels(String name, String... labels) {
    return Labels.of(labels).with(Labels.METRIC_NAME, name);
  }

  private void put(Labels labels, int n, double value) {
    series
        .computeIfAbsent(labels, _ -> new ArrayList<>())
        .add(new Point(START + OFFSET + n * STEP, value));
  }

  SampleBatch firstHalf() {
    return batch(START, START + HOURS * 1_800_000L);
  }

  SampleBatch secondHalf() {
    return batch(START + HOURS * 1_800_000L, Long.MAX_VALUE);
  }

  private SampleBatch batch(long fromMillis, long toMillis) {
    var batch = new SampleBatch.Builder(TenantId.DEFAULT, "test", 0);
    series.forEach(
        (labels, points) -> {
          for (Point point : points) {
            if (point.timeMillis() >= fromMillis && point.timeMillis() < toMillis) {
              batch.add(labels, point.timeMillis(), point.value());
            }
          }
        });
    return batch.build(0);
  }

  String openMetrics() {
    var text = new StringBuilder();
    series.forEach(
        (labels, points) -> {
          String name =
              labels.metricName() + labels.withoutMetricName().toString().replace(", ", ",");
          for (Point point : points) {
            text.append(name)
                .append(' ')
                .append(Double.isInfinite(point.value()) ? "+Inf" : Double.toString(point.value()))
                .append(' ')
                .append(
                    String.format(
                        Locale.ROOT,
                        "%d.%03d",
                        point.timeMillis() / 1000,
                        point.timeMillis() % 1000))
                .append('\n');
          }
        });
    return text.append("# EOF\n").toString();
  }
}
