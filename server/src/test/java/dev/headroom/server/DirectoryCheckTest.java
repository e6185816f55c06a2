package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.ledger.Reconciliation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A look at a stopped server's data. */
final class DirectoryCheckTest {
  @TempDir Path directory;

  @Test
  void theLedgerAgreesAndNotAByteIsTouched() throws IOException {
    Path data = directory.resolve("data");
    HeadroomConfig config = RunningServer.config(data).withRetention(Duration.ofDays(7));
    try (RunningServer server = RunningServer.of(config)) {
      Api api = server.api();
      for (int i = 0; i < 20; i++) {
        String body = "{\"message\":\"record " + i + "\"}\n";
        api.ask(
                "POST",
                "/headroom/v1/logs?stream=s" + i % 3,
                Api.NDJSON,
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("Idempotency-Key", "key " + i))
            .expect(200);
      }
      long now = System.currentTimeMillis();
      byte[] samples = RemoteWrite.body(Map.of("__name__", "up"), now, 1.0);
      api.ask("POST", "/api/v1/write", RemoteWrite.TYPE, samples, Map.of()).expect(204);
    }
    Map<Path, String> before = files(data);
    DirectoryCheck.Outcome outcome = DirectoryCheck.run(data);
    assertEquals(before, files(data));
    assertTrue(outcome.isSound() && outcome.lastStopWasClean(), outcome.toString());
    Reconciliation ledger = outcome.ledger().orElseThrow();
    assertTrue(ledger.agrees(), ledger.toString());
    assertTrue(ledger.storedBytes() > 0, ledger.toString());
  }

  /** Content and time of change of each. */
  private static Map<Path, String> files(Path root) throws IOException {
    Map<Path, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        String content =
            Files.isDirectory(file)
                ? "folder"
                : Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        files.put(file, Files.getLastModifiedTime(file) + " " + content.hashCode());
      }
    }
    return files;
  }
}
