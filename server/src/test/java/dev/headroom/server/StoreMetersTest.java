package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /metrics} says of the stores, and that its page tells of all of it. */
final class StoreMetersTest {
  private static final Pattern NAME = Pattern.compile("(?m)^# TYPE (headroom_\\w+) ");

  @TempDir Path directory;

  @Test
  void storesTellOfThemselvesAndThePageOfAll() throws IOException {
    try (RunningServer server = RunningServer.open(directory.resolve("data"))) {
      String body = "{\"message\":\"a\"}\n";
      server
          .api()
          .ask(
              "POST",
              "/headroom/v1/logs",
              Api.NDJSON,
              body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
              java.util.Map.of("Idempotency-Key", "first"))
          .expect(200);
      server.api().get("/headroom/v1/logs/search?q=a").expect(200); // it is indexed then
      String scraped = server.api().get("/metrics").expect(200).text();
      assertEquals(1, value(scraped, "headroom_log_partitions"));
      assertEquals(0, value(scraped, "headroom_log_unindexed_bytes"));
      assertEquals(1, value(scraped, "headroom_batch_ids"));
      assertEquals(0, value(scraped, "headroom_batch_ids_cut_short_total"));
      assertEquals(0, value(scraped, "headroom_log_indexing_stalled"));
      assertEquals(0, value(scraped, "headroom_log_indexing_stalls_total"));
      assertEquals(0, value(scraped, "headroom_log_merges_total"));
      assertEquals(0, value(scraped, "headroom_log_merges_waiting"));
      assertEquals(0, value(scraped, "headroom_damaged_parts{store=\"logs\"}"));
      assertEquals(0, value(scraped, "headroom_damaged_parts{store=\"metrics\"}"));
      double wal = value(scraped, "headroom_wal_bytes{store=\"logs\"}");
      assertTrue(wal > body.length() && wal < 10_000, "what is reserved does not count: " + wal);
      value(scraped, "headroom_wal_bytes{store=\"metrics\"}");
      checkPage(scraped);
    }
  }

  private static double value(String scraped, String series) {
    Matcher line = Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$").matcher(scraped);
    assertTrue(line.find(), series + " in " + scraped);
    return Double.parseDouble(line.group(1));
  }

  private static void checkPage(String scraped) throws IOException {
    String page = Files.readString(Path.of("..", "docs", "metrics.md"));
    var missing = new TreeSet<String>();
    for (Matcher name = NAME.matcher(scraped); name.find(); ) {
      if (!page.contains('`' + name.group(1) + '`')
          && !page.contains('`' + name.group(1) + "_total`")) {
        missing.add(name.group(1));
      }
    }
    assertEquals(new TreeSet<>(), missing, "not in docs/metrics.md");
  }
}
