package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official JavaScript client of Elasticsearch fills an index and asks for it back; what it does
 * is in {@code src/test/clients/elasticsearch.mjs}.
 */
final class ElasticsearchClientTest {
  private static final String[] LEVELS = {"error", "info", "info", "warn"};
  private static final String[] ROUTES = {"/cart", "/pay", "/search"};
  private static final int STEP_MILLIS = 100;

  @TempDir Path directory;

  /** The documents that the script makes, by the same rule. */
  private record Documents(int count, long startMillis) {
    boolean isError(int n) {
      return LEVELS[n % 4].equals("error");
    }

    String route(int n) {
      return ROUTES[n % 3];
    }

    /** By hour and route. */
    Map<String, Long> histogram() {
      Map<String, Long> counts = new TreeMap<>();
      for (int n = 0; n < count; n++) {
        Instant hour =
            Instant.ofEpochMilli(startMillis + (long) n * STEP_MILLIS)
                .truncatedTo(ChronoUnit.HOURS);
        counts.merge(hour.toEpochMilli() + " " + route(n), 1L, Long::sum);
      }
      return counts;
    }
  }

  @ParameterizedTest
  @CsvSource({"@elastic/elasticsearch,100000", "elasticsearch-9,3000"})
  void clientFindsWhatItSent(String client, int count) throws IOException {
    Path node = Programs.require("node", "Debian: apt-get install nodejs npm");
    Path clients = Path.of("src/test/clients").toAbsolutePath();
    if (!Files.isDirectory(clients.resolve("node_modules"))) {
      throw Programs.skip("no Elasticsearch client", "npm ci --prefix server/src/test/clients");
    }
    long start = Instant.now().minus(6, ChronoUnit.HOURS).toEpochMilli();
    var documents = new Documents(count, start);
    try (RunningServer server = RunningServer.open(directory)) {
      String printed =
          Programs.run(
              clients,
              node.toString(),
              "elasticsearch.mjs",
              server.uri().toString(),
              client,
              Integer.toString(count),
              Long.toString(start));
      check(documents, Api.JSON.readTree(printed));
    }
  }

  private static void check(Documents documents, JsonNode did) {
    assertEquals("8.19.0", did.at("/version").asText());
    checkStored(documents.count, did);
    checkQueries(documents, did);
    assertEquals(documents.histogram(), histogram(did.at("/histogram")));
    checkPages(documents.count, did.at("/pages"));
    assertEquals(documents.count, did.at("/scrolled/hits").asInt());
    assertEquals(documents.count, did.at("/scrolled/ids").asInt(), "different ids");
    checkAggregated(documents, did.at("/aggregated"));
  }

  private static void checkAggregated(Documents documents, JsonNode did) {
    int last = documents.count - 1;
    JsonNode first = did.at("/routes/0");
    assertEquals(documents.route(last), first.at("/key").asText());
    assertEquals(last, first.at("/n/max").asDouble());
    assertEquals("item " + last, first.at("/newest/hits/hits/0/_source/message").asText());
    assertEquals(3, first.at("/levels/value").asInt());
    double middle = first.at("/middle/values").get("50.0").asDouble();
    assertEquals(documents.count / 2.0, middle, 0.011 * documents.count / 2 + 3);
    assertEquals(last, did.at("/most/value").asDouble());
    assertEquals(documents.route(last), did.at("/most/keys/0").asText());
    JsonNode pairs = did.at("/pairs");
    assertEquals(9, pairs.size(), pairs.toString());
    long all = 0;
    for (JsonNode pair : pairs) {
      all += pair.asLong();
    }
    assertEquals(documents.count, all);
    long errors =
        IntStream.range(0, documents.count)
            .filter(n -> documents.isError(n) && documents.route(n).equals("/pay"))
            .count();
    assertEquals(errors, pairs.get("error /pay").asLong());
  }

  private static void checkStored(int count, JsonNode did) {
    assertEquals(count, did.at("/created/successful").asInt(), did.at("/created").toString());
    assertEquals(0, did.at("/created/failed").asInt(), did.at("/created").toString());
    assertEquals(count, did.at("/count").asInt());
    JsonNode repeated = did.at("/repeated");
    assertEquals(0, repeated.at("/successful").asInt(), repeated.toString());
    assertEquals(1000, repeated.at("/failed").asInt(), repeated.toString());
    assertEquals("409", repeated.at("/statuses").asText(), "of documents already there");
    assertEquals(count, did.at("/countAfterRepeat").asInt());
  }

  private static void checkQueries(Documents documents, JsonNode did) {
    long errors =
        IntStream.range(0, documents.count)
            .filter(n -> documents.isError(n) && documents.route(n).equals("/pay"))
            .count();
    assertEquals(errors, did.at("/queryString/total/value").asLong());
    assertEquals("eq", did.at("/queryString/total/relation").asText());
    int middle = documents.count / 2;
    long inRange =
        IntStream.range(middle, middle + 500)
            .filter(n -> !documents.route(n).equals("/cart"))
            .count();
    assertEquals(inRange, did.at("/bool/total/value").asLong());
    int last =
        IntStream.range(middle, middle + 500)
            .filter(n -> !documents.route(n).equals("/cart"))
            .max()
            .orElseThrow();
    assertEquals("item " + last, did.at("/bool/newest").asText());
    assertEquals("/pay", did.at("/document/route").asText());
  }

  private static Map<String, Long> histogram(JsonNode buckets) {
    Map<String, Long> counts = new TreeMap<>();
    for (JsonNode hour : buckets) {
      long inRoutes = 0;
      for (JsonNode route : hour.at("/routes/buckets")) {
        counts.put(
            hour.get("key").asLong() + " " + route.get("key").asText(),
            route.get("doc_count").asLong());
        inRoutes += route.get("doc_count").asLong();
      }
      assertEquals(hour.get("doc_count").asLong(), inRoutes);
    }
    return counts;
  }

  /** Each document was met once, in order. */
  private static void checkPages(int count, JsonNode pages) {
    assertEquals(count, pages.get("hits").asInt());
    assertEquals(count, pages.get("ids").asInt(), "different ids");
    assertTrue(pages.get("inOrder").asBoolean(), "in the order of their times");
  }
}
