package dev.headroom.server.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Three services in two regions over 120 days: load with growth, a daily and a weekly season, and
 * one level shift (checkout, six weeks before the end). Pure arithmetic, the same for the same end.
 */
final class Fleet {
  static final Duration HISTORY = Duration.ofDays(120);
  static final Duration STEP = Duration.ofMinutes(5);

  private static final double SECONDS_PER_DAY = 86_400;

  /** How long before the end checkout's load went up by a third: a marketing campaign stayed. */
  private static final Duration SHIFT_BEFORE_END = Duration.ofDays(42);

  private static final double SHIFT = 1.33;

  /**
   * @param cores of its processor
   * @param requestsPerCore a second, at full use
   */
  record Host(String name, String service, String region, int cores, double requestsPerCore) {}

  static final List<Host> HOSTS =
      List.of(
          new Host("web-1", "web", "eu-west", 4, 260),
          new Host("web-2", "web", "us-east", 4, 260),
          new Host("checkout-1", "checkout", "eu-west", 2, 230),
          new Host("checkout-2", "checkout", "us-east", 2, 230),
          new Host("search-1", "search", "eu-west", 4, 95),
          new Host("search-2", "search", "us-east", 4, 95),
          new Host("db-1", "checkout", "eu-west", 4, 470),
          new Host("db-2", "checkout", "us-east", 4, 470));

  private final Instant start;
  private final Instant end;

  /**
   * @param end of the history; the last step begins before it
   */
  Fleet(Instant end) {
    this.end = Instant.ofEpochSecond(end.getEpochSecond() / 300 * 300);
    this.start = this.end.minus(HISTORY);
  }

  Instant start() {
    return start;
  }

  Instant end() {
    return end;
  }

  /** Days since the start, with a fraction. */
  double day(long epochSecond) {
    return (epochSecond - start.getEpochSecond()) / SECONDS_PER_DAY;
  }

  /** Requests a second that a host serves, without noise. */
  double load(Host host, long epochSecond) {
    double base =
        switch (host.service()) {
          case "web" -> 210;
          case "checkout" -> host.name().startsWith("db") ? 240 : 75;
          default -> 80;
        };
    double growth = Math.exp(0.0032 * day(epochSecond)); // a tenth a month
    boolean shifted =
        host.service().equals("checkout")
            && epochSecond >= end.minus(SHIFT_BEFORE_END).getEpochSecond();
    return base * growth * season(host, epochSecond) * (shifted ? SHIFT : 1);
  }

  /** The day's and the week's shape; people are awake six hours later in the west. */
  private static double season(Host host, long epochSecond) {
    long local = epochSecond - (host.region().equals("us-east") ? 6 * 3600 : 0);
    double hour = Math.floorMod(local, 86_400) / 3600.0;
    double daily = 1 + 0.55 * Math.sin(2 * Math.PI * (hour - 8.5) / 24);
    // 1970-01-01 was a Thursday, so Monday is day 4 of the epoch.
    long weekday = Math.floorMod(Math.floorDiv(local, 86_400) - 4, 7);
    return daily * (weekday >= 5 ? 0.7 : 1.05);
  }
}
