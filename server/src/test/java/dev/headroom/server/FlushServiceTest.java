package dev.headroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind a flush the ledger tells whose bytes the WALs held. */
final class FlushServiceTest {
  @TempDir Path directory;

  @Test
  void bytesOfTheWalsBecomeBytesOfStreams() {
    try (RunningServer server = RunningServer.open(directory.resolve("data"))) {
      Api api = server.api();
      byte[] lines = "{\"message\":\"a\",\"service.name\":\"shop\"}\n".getBytes(UTF_8);
      api.ask("POST", "/headroom/v1/logs", Api.NDJSON, lines, Map.of()).expect(200);
      byte[] samples =
          RemoteWrite.body(Map.of("__name__", "up", "job", "probe"), System.currentTimeMillis(), 1);
      api.ask("POST", "/api/v1/write", RemoteWrite.TYPE, samples, Map.of()).expect(204);
      String before = stock(api);
      assertFalse(before.contains("\"probe\""), before);
      api.ask("POST", "/headroom/v1/flush", Api.NDJSON, new byte[0], Map.of()).expect(200);
      String after = stock(api);
      assertTrue(after.contains("\"shop\""), after);
      assertTrue(after.contains("\"probe\""), after);
    }
  }

  /** The part that tells of bytes on the disk. */
  private static String stock(Api api) {
    String ledger = api.get("/headroom/v1/ledger?by=stream").expect(200).text();
    return ledger.substring(0, ledger.indexOf("\"flow\""));
  }
}
