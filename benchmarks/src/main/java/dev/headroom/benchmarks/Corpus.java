package dev.headroom.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Log records as a web shop's services write them: JSON, about 370 bytes, 12 fields, a random trace
 * id each; the same for the same seed. Values are skewed as real ones are: few services make most
 * records, few routes most requests, messages share words and differ in numbers.
 */
public final class Corpus {
  private static final List<String> SERVICES =
      List.of(
          "web", "web", "web", "web", "checkout", "checkout", "search", "cart", "stock", "mail");
  private static final List<String> REGIONS = List.of("eu-west-1", "eu-west-1", "us-east-1");
  private static final List<String> METHODS = List.of("GET", "GET", "GET", "GET", "POST", "PUT");
  private static final List<String> ROUTES =
      List.of(
          "/",
          "/product/{id}",
          "/product/{id}",
          "/search",
          "/cart",
          "/checkout",
          "/account",
          "/orders/{id}",
          "/static/app.js",
          "/api/v2/stock/{id}",
          "/login",
          "/help");
  private static final int[] STATUSES = {
    200, 200, 200, 200, 200, 200, 201, 204, 304, 404, 429, 500
  };
  private static final List<String> VERBS =
      List.of(
          "request served",
          "cache miss for key",
          "query answered by shard",
          "session renewed for",
          "payment accepted for order",
          "payment provider timed out for order",
          "stock updated for item",
          "retry scheduled for job",
          "connection reset by peer",
          "user signed in");

  private static final List<String> ENDINGS =
      List.of(
          "",
          ", first attempt, no error reported",
          ", after one retry of the upstream call",
          ", answered from the cache of the local node",
          ", with the stale copy while the fresh one loads",
          ", the slow path of the storage layer was taken here");

  private final SplittableRandom random;
  private final StringBuilder line = new StringBuilder(512);
  private Instant second = Instant.EPOCH;
  private String secondText = "";
  private final long stepNanos;
  private long nanos;
  private long written;

  /**
   * @param start event time of the first record
   * @param stepNanos from one record to the next, on average
   */
  public Corpus(long seed, Instant start, long stepNanos) {
    this.random = new SplittableRandom(seed);
    this.stepNanos = stepNanos;
    this.nanos = start.getEpochSecond() * 1_000_000_000L;
  }

  /** The next record, one line of JSON without the line's end. */
  public String next() {
    nanos += random.nextLong(2 * stepNanos);
    String route = pick(ROUTES);
    String verb = pick(VERBS);
    int status = STATUSES[random.nextInt(STATUSES.length)];
    String level =
        status >= 500 || verb.contains("timed out") ? "error" : status >= 400 ? "warn" : "info";
    written++;
    line.setLength(0);
    text("@timestamp", time());
    text("log.level", level);
    text("service.name", pick(SERVICES));
    text("host.name", "node-" + (10 + random.nextInt(24)));
    text("cloud.region", pick(REGIONS));
    text("trace.id", hex(random.nextLong()) + hex(random.nextLong()));
    text("http.method", pick(METHODS));
    text("http.route", route);
    number("status", Integer.toString(status));
    number("duration_ms", Double.toString(duration()));
    number("bytes", Integer.toString(random.nextInt(200, 80_000)));
    String took = random.nextInt(2_000_000) + " in " + random.nextInt(4_000) + " ms";
    text("message", verb + ' ' + took + pick(ENDINGS));
    return line.append('}').toString();
  }

  private void text(String name, String value) {
    number(name, '"' + value + '"');
  }

  private void number(String name, String value) {
    line.append(line.isEmpty() ? "{\"" : ",\"").append(name).append("\":").append(value);
  }

  private String time() {
    var instant = Instant.ofEpochSecond(nanos / 1_000_000_000L);
    if (!instant.equals(second)) {
      second = instant;
      secondText = instant.toString().replace("Z", ".");
    }
    return secondText + Long.toString(1000 + nanos / 1_000_000 % 1000).substring(1) + 'Z';
  }

  private static String hex(long value) {
    return HexFormat.of().toHexDigits(value);
  }

  /** Milliseconds, skewed as waiting times are. */
  private double duration() {
    double spread = random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5;
    return Math.round(2000 * Math.exp(1.2 * spread)) / 100.0;
  }

  /** Records given so far. */
  public long written() {
    return written;
  }

  /** A {@code _bulk} body of so many records for one index. */
  public byte[] bulkBody(int records, String index) {
    var body = new ByteArrayOutputStream(records * 420);
    byte[] action = ("{\"create\":{\"_index\":\"" + index + "\"}}\n").getBytes(UTF_8);
    for (int i = 0; i < records; i++) {
      body.writeBytes(action);
      body.writeBytes(next().getBytes(UTF_8));
      body.write('\n');
    }
    return body.toByteArray();
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
