package dev.headroom.server.demo;

import dev.headroom.server.demo.Fleet.Host;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Log lines of the fleet: access logs of {@code web}, application logs of {@code checkout} and
 * {@code search} (JSON), and syslog of the database hosts. Errors of checkout come in incidents.
 */
final class FleetLogs {
  /** Where a line goes. */
  enum Kind {
    /** JSON for the {@code _bulk} API, index {@code checkout} or {@code search}. */
    APPLICATION,
    /** JSON for the NDJSON API, stream {@code web-access}. */
    ACCESS,
    /** RFC 5424. */
    SYSLOG
  }

  record Line(Kind kind, String stream, String text) {}

  interface Sink {
    void line(Line line);
  }

  private static final List<String> ROUTES =
      List.of("/", "/cart", "/checkout", "/product/{id}", "/search", "/account", "/static/app.js");
  private static final List<String> METHODS = List.of("GET", "GET", "GET", "GET", "POST");
  private static final List<String> AGENTS =
      List.of(
          "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
          "curl/8.16.0");
  private static final List<String> TABLES = List.of("orders", "payments", "sessions", "stock");

  private final Fleet fleet;
  private final SplittableRandom random;

  FleetLogs(Fleet fleet, long seed) {
    this.fleet = fleet;
    this.random = new SplittableRandom(seed);
  }

  /**
   * The lines of one hour, about {@code lines} of them at the fleet's average load.
   *
   * @param epochSecond when the hour begins
   */
  void hour(long epochSecond, double lines, Sink sink) {
    for (Host host : Fleet.HOSTS) {
      double share = share(host) * lines * fleet.load(host, epochSecond + 1800) / average(host);
      int count = (int) (share + random.nextDouble());
      for (int i = 0; i < count; i++) {
        long nanos = (epochSecond * 1000 + i * 3_600_000L / Math.max(1, count)) * 1_000_000L;
        sink.line(line(host, nanos + random.nextLong(200_000_000L)));
      }
    }
  }

  private static double share(Host host) {
    return switch (host.name()) {
      case "web-1", "web-2" -> 0.24;
      case "checkout-1", "checkout-2" -> 0.14;
      case "search-1", "search-2" -> 0.05;
      default -> 0.07;
    };
  }

  /** Roughly what {@link Fleet#load} is over the whole history. */
  private static double average(Host host) {
    return switch (host.service()) {
      case "web" -> 245;
      case "checkout" -> host.name().startsWith("db") ? 310 : 98;
      default -> 94;
    };
  }

  private Line line(Host host, long nanos) {
    return switch (host.service()) {
      case "web" -> access(host, nanos);
      case "search" -> search(host, nanos);
      default -> host.name().startsWith("db") ? database(host, nanos) : checkout(host, nanos);
    };
  }

  private Line access(Host host, long nanos) {
    String route = pick(ROUTES);
    int status =
        random.nextInt(100) < 94 ? 200 : pick(List.of(301, 304, 400, 404, 404, 429, 500, 503));
    double millis = latency(route.equals("/search") ? 120 : 35);
    return new Line(
        Kind.ACCESS,
        "web-access",
        String.format(
            Locale.ROOT,
            "{\"@timestamp\":\"%s\",\"service\":{\"name\":\"web\"},\"host\":\"%s\","
                + "\"region\":\"%s\",\"environment\":\"production\",\"client_ip\":\"%s\","
                + "\"method\":\"%s\",\"path\":\"%s\",\"route\":\"%s\",\"status\":%d,"
                + "\"bytes\":%d,\"duration_ms\":%.1f,\"user_agent\":\"%s\",\"trace_id\":\"%s\"}",
            time(nanos),
            host.name(),
            host.region(),
            "203.0.113." + random.nextInt(1, 255),
            pick(METHODS),
            route.replace("{id}", Integer.toString(random.nextInt(5_000))),
            route,
            status,
            random.nextInt(300, 60_000),
            millis,
            pick(AGENTS),
            traceId()));
  }

  private Line checkout(Host host, long nanos) {
    double day = fleet.day(nanos / 1_000_000_000L);
    boolean incident = day % 17 > 16.4; // some hours every 17 days
    boolean fails = random.nextInt(1000) < (incident ? 260 : 12);
    int order = random.nextInt(1_000_000, 9_999_999);
    double millis = fails ? 3_000 + random.nextInt(40) : latency(180);
    String message =
        fails
            ? "payment provider timed out after " + (int) millis + " ms for order " + order
            : random.nextInt(20) == 0
                ? "payment retried for order " + order
                : "order " + order + " placed";
    String level = fails ? "error" : message.startsWith("payment") ? "warn" : "info";
    return application("checkout", host, nanos, level, message, millis, "\"order_id\":" + order);
  }

  private Line search(Host host, long nanos) {
    boolean slow = random.nextInt(100) < 3;
    double millis = slow ? 2_000 + latency(400) : latency(90);
    String message = slow ? "slow query, shard answered late" : "query answered";
    return application(
        "search",
        host,
        nanos,
        slow ? "warn" : "info",
        message,
        millis,
        "\"results\":" + random.nextInt(400));
  }

  private Line application(
      String service,
      Host host,
      long nanos,
      String level,
      String message,
      double millis,
      String extra) {
    return new Line(
        Kind.APPLICATION,
        service,
        String.format(
            Locale.ROOT,
            "{\"@timestamp\":\"%s\",\"log.level\":\"%s\",\"service.name\":\"%s\","
                + "\"service.environment\":\"production\",\"cloud.region\":\"%s\","
                + "\"host.name\":\"%s\",\"trace.id\":\"%s\",\"duration_ms\":%.1f,%s,"
                + "\"message\":\"%s\"}",
            time(nanos),
            level,
            service,
            host.region(),
            host.name(),
            traceId(),
            millis,
            extra,
            message));
  }

  private Line database(Host host, long nanos) {
    int kind = random.nextInt(100);
    if (kind < 70) {
      String message =
          "duration: "
              + String.format(Locale.ROOT, "%.3f", latency(40))
              + " ms  statement: SELECT * FROM "
              + pick(TABLES)
              + " WHERE id = "
              + random.nextInt(1_000_000);
      return syslog(host, nanos, 134, "postgres", message);
    }
    if (kind < 90) {
      String message =
          "checkpoint complete: wrote "
              + random.nextInt(200, 9_000)
              + " buffers; sync="
              + String.format(Locale.ROOT, "%.3f", random.nextDouble())
              + " s";
      return syslog(host, nanos, 134, "postgres", message);
    }
    if (kind < 98) {
      String address = "198.51.100." + random.nextInt(1, 255);
      String message =
          "Failed password for invalid user admin from "
              + address
              + " port 5"
              + random.nextInt(9999);
      return syslog(host, nanos, 86, "sshd", message);
    }
    return syslog(host, nanos, 131, "postgres", "could not extend file: no space left on device");
  }

  private Line syslog(Host host, long nanos, int priority, String app, String message) {
    String text =
        "<"
            + priority
            + ">1 "
            + time(nanos)
            + " "
            + host.name()
            + " "
            + app
            + " "
            + random.nextInt(400, 32_000)
            + " - [origin@32473 region=\""
            + host.region()
            + "\"] "
            + message;
    return new Line(Kind.SYSLOG, app, text);
  }

  /** Long-tailed, around so many milliseconds. */
  private double latency(double median) {
    return median * Math.exp(0.6 * FleetMetrics.gaussian(random));
  }

  private String traceId() {
    return String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong());
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String time(long nanos) {
    return Instant.ofEpochMilli(nanos / 1_000_000).toString();
  }
}
