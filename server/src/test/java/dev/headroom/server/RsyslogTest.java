package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real rsyslogd reads a file and forwards it over TCP, as on any Linux host. */
final class RsyslogTest {
  private static final int LINES = 100_000;

  @TempDir Path directory;

  @Test
  void eachForwardedLineIsFoundOnce() throws Exception {
    Path program = Programs.require("rsyslogd", "Debian: apt-get install rsyslog");
    Files.writeString(directory.resolve("shop.log"), lines());
    try (RunningServer server = RunningServer.open(directory.resolve("data"))) {
      Process rsyslogd = start(program, server.server.syslogAddress().orElseThrow());
      try {
        Awaitility.await("all lines arrive")
            .atMost(Duration.ofSeconds(90))
            .pollInterval(Duration.ofMillis(250))
            .until(() -> !rsyslogd.isAlive() || count(server.api()) >= LINES);
        check(server.api());
      } finally {
        rsyslogd.destroy();
        if (!rsyslogd.waitFor(10, TimeUnit.SECONDS)) {
          rsyslogd.destroyForcibly();
        }
      }
      check(server.api()); // what it still held would have come by now
    }
  }

  private static String lines() {
    var text = new StringBuilder();
    for (int n = 0; n < LINES; n++) {
      text.append("order ").append(n).append(" took \"").append(n % 997).append(" ms\" 100%\n");
    }
    return text.toString();
  }

  /** Without a queue of the action, which rsyslog would drop from while the receiver is busy. */
  private Process start(Path program, InetSocketAddress target) throws IOException {
    Path config = directory.resolve("rsyslog.conf");
    Files.writeString(
        config,
        String.format(
            Locale.ROOT,
            """
            global(workDirectory="%1$s")
            main_queue(queue.timeoutEnqueue="600000")
            module(load="imfile")
            input(type="imfile" File="%1$s/shop.log" Tag="shop:" Severity="notice" Facility="local3")
            action(type="omfwd" target="%2$s" port="%3$d" protocol="tcp" tcp_framing="octet-counted"
                   template="RSYSLOG_SyslogProtocol23Format" action.resumeRetryCount="-1"
                   action.resumeInterval="1")
            """,
            directory,
            target.getHostString(),
            target.getPort()));
    return new ProcessBuilder(
            program.toString(),
            "-n",
            "-f",
            config.toString(),
            "-i",
            directory.resolve("rsyslogd.pid").toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("rsyslogd.log").toFile())
        .start();
  }

  /** There is no such index until its first line came. */
  private static int count(Api api) {
    Api.Answer answer = api.get("/shop/_count");
    return answer.status() == 404 ? 0 : answer.expect(200).json().get("count").asInt();
  }

  private void check(Api api) throws IOException {
    String printed = Files.readString(directory.resolve("rsyslogd.log"));
    assertEquals(LINES, count(api), printed);
    String found =
        api.get(
                "/headroom/v1/logs/search?format=ndjson&limit=1000000&q="
                    + Api.encode("_stream:shop syslog.facility:local3"))
            .expect(200)
            .text();
    var numbers = new BitSet(LINES);
    for (String line : found.lines().toList()) {
      JsonNode record = Api.JSON.readTree(line);
      String message = record.get("message").asText();
      int number = Integer.parseInt(message.split(" ", -1)[1]);
      assertEquals("order " + number + " took \"" + number % 997 + " ms\" 100%", message);
      assertEquals("notice", record.at("/log/level").asText());
      numbers.set(number);
    }
    assertEquals(LINES, found.lines().count());
    assertEquals(LINES, numbers.cardinality(), "different lines");
  }
}
