package dev.headroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * Sends batch after batch of numbered records, each until it is acknowledged. One thread sends; any
 * may ask how far it is.
 */
abstract sealed class KillSender {
  static final int BATCH = 200;

  private final HttpClient http;
  private final Supplier<URI> address;
  final String name;
  final long startMillis;
  private volatile long acknowledged;

  KillSender(HttpClient http, Supplier<URI> address, String name, long startMillis) {
    this.http = http;
    this.address = address;
    this.name = name;
    this.startMillis = startMillis;
  }

  /** Records, numbered from 0, that the server said to keep. */
  long acknowledged() {
    return acknowledged;
  }

  Api api() {
    return Api.of(http, address.get());
  }

  /** Sends until told to stop; what was begun is still acknowledged. */
  void sendUntil(BooleanSupplier enough) {
    while (!enough.getAsBoolean()) {
      long first = acknowledged;
      Awaitility.await(name + " is answered")
          .atMost(Duration.ofMinutes(2))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> accepted(first));
      acknowledged = first + BATCH;
    }
  }

  /** False when the answer was lost, or is to try again. */
  private boolean accepted(long first) {
    try {
      Api.Answer answer = send(first);
      if (answer.status() == 503) {
        return false;
      }
      checkAccepted(answer);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  abstract Api.Answer send(long first) throws IOException;

  /** Of an answer that is not 503: everything is kept. */
  abstract void checkAccepted(Api.Answer answer);

  /** How often each number is there. */
  abstract int[] found();

  void checkEachThereOnce() {
    int[] counts = found();
    int[] once = new int[(int) acknowledged];
    Arrays.fill(once, 1);
    if (!Arrays.equals(once, counts)) {
      int at = Arrays.mismatch(once, counts);
      throw new AssertionError(
          name
              + ": "
              + acknowledged
              + " acknowledged, found "
              + Arrays.stream(counts).filter(n -> n > 0).count()
              + "; record "
              + at
              + " is there "
              + (at < counts.length ? counts[at] : 0)
              + " times");
    }
  }

  long timeMillis(long number) {
    return startMillis + number;
  }

  String record(long number) {
    return "{\"@timestamp\":\""
        + Instant.ofEpochMilli(timeMillis(number))
        + "\",\"message\":\"record of "
        + name
        + "\",\"number\":"
        + number
        + "}\n";
  }

  int[] foundInStream() {
    String lines =
        api()
            .get(
                "/headroom/v1/logs/search?format=ndjson&limit=10000000&order=asc&start=2h&q="
                    + Api.encode("_stream:" + name))
            .expect(200)
            .text();
    int[] counts = new int[(int) acknowledged];
    lines.lines().forEach(line -> count(counts, line));
    return counts;
  }

  private void count(int[] counts, String line) {
    try {
      JsonNode record = Api.JSON.readTree(line);
      counts[record.get("number").asInt()]++;
    } catch (JsonProcessingException | RuntimeException e) {
      throw new AssertionError(name + " has " + line, e);
    }
  }

  /** {@code _bulk} with an id for each record, so that a repeat is told apart. */
  static final class Bulk extends KillSender {
    Bulk(HttpClient http, Supplier<URI> address, String name, long startMillis) {
      super(http, address, name, startMillis);
    }

    @Override
    Api.Answer send(long first) throws IOException {
      var body = new StringBuilder();
      for (long number = first; number < first + BATCH; number++) {
        body.append("{\"create\":{\"_id\":\"").append(number).append("\"}}\n");
        body.append(record(number));
      }
      return api()
          .send(
              "POST", "/" + name + "/_bulk", Api.NDJSON, body.toString().getBytes(UTF_8), Map.of());
    }

    @Override
    void checkAccepted(Api.Answer answer) {
      JsonNode items = answer.expect(200).json().get("items");
      assertEquals(BATCH, items.size());
      for (JsonNode item : items) {
        int status = item.at("/create/status").asInt();
        if (status != 201 && status != 409) {
          throw new AssertionError(name + ": " + item);
        }
      }
    }

    @Override
    int[] found() {
      return foundInStream();
    }
  }

  /** NDJSON without ids, but a key for each request. */
  static final class Ndjson extends KillSender {
    Ndjson(HttpClient http, Supplier<URI> address, String name, long startMillis) {
      super(http, address, name, startMillis);
    }

    @Override
    Api.Answer send(long first) throws IOException {
      var body = new StringBuilder();
      for (long number = first; number < first + BATCH; number++) {
        body.append(record(number));
      }
      return api()
          .send(
              "POST",
              "/headroom/v1/logs?stream=" + name,
              Api.NDJSON,
              body.toString().getBytes(UTF_8),
              Map.of("idempotency-key", name + "-" + first));
    }

    @Override
    void checkAccepted(Api.Answer answer) {
      assertEquals(BATCH, answer.expect(200).json().get("accepted").asInt(), answer.text());
    }

    @Override
    int[] found() {
      return foundInStream();
    }
  }

  /** Remote write: the number is a sample's value, its time follows from it. */
  static final class Samples extends KillSender {
    private static final int SERIES = 8;

    Samples(HttpClient http, Supplier<URI> address, String name, long startMillis) {
      super(http, address, name, startMillis);
    }

    @Override
    Api.Answer send(long first) throws IOException {
      var body = new RemoteWrite();
      for (long number = first; number < first + BATCH; number++) {
        String series = Long.toString(number % SERIES);
        body.add(Map.of("__name__", "kill_number", "series", series), timeMillis(number), number);
      }
      return api().send("POST", "/api/v1/write", RemoteWrite.TYPE, body.body(), Map.of());
    }

    @Override
    void checkAccepted(Api.Answer answer) {
      Api.Answer unused = answer.expect(204);
    }

    /** By value; the times must be those that were sent. */
    @Override
    int[] found() {
      int[] counts = new int[(int) acknowledged()];
      for (int series = 0; series < SERIES; series++) {
        String query = "kill_number{series=\"" + series + "\"}[2h]";
        JsonNode answer = api().get("/api/v1/query?query=" + Api.encode(query)).expect(200).json();
        for (JsonNode sample : answer.at("/data/result/0/values")) {
          int number = (int) Double.parseDouble(sample.get(1).asText());
          assertEquals(timeMillis(number), Math.round(sample.get(0).asDouble() * 1000));
          counts[number]++;
        }
      }
      return counts;
    }
  }
}
