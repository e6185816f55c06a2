package dev.headroom.ingest.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headroom.ingest.admission.AdmissionControl;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.ingest.normalise.StreamRouter;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets, a real store, and the senders that people run. */
class SyslogReceiverTest {
  private static final Path RSYSLOGD = Path.of("/usr/sbin/rsyslogd");
  private static final Path LOGGER = Path.of("/usr/bin/logger");
  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1 << 28, 1 << 27);

  @TempDir Path directory;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  @SuppressWarnings("NullAway.Init")
  private SyslogReceiver receiver;

  private ReceiverGroup group = new ReceiverGroup();

  @BeforeEach
  void open() {
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(directory.resolve("logs"), directory.resolve("wal")),
            RetentionPolicy.DEFAULT);
    receiver = receiver(0);
    group.open(receiver);
  }

  private SyslogReceiver receiver(int port) {
    InstantSource clock = InstantSource.system();
    return new SyslogReceiver(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        ZoneOffset.UTC,
        TenantId.DEFAULT,
        store,
        new Normaliser(RetentionPolicy.DEFAULT, new StreamRouter(_ -> List.of(), clock), clock),
        new IngestMeters(meters),
        new AdmissionControl(64 << 20));
  }

  @AfterEach
  void close() {
    group.close();
    store.close();
  }

  private int port() {
    return receiver.address().getPort();
  }

  private List<String> sources(LogFilter filter) {
    var sources = new ArrayList<String>();
    Optional<LogCursor> after = Optional.empty();
    while (true) {
      try (MemoryPermit permit = MEMORY.open()) {
        var search =
            new LogSearch(
                filter,
                TimeRange.ALL,
                Set.of(),
                List.of(),
                LogSort.OLDEST,
                5000,
                after,
                false,
                List.of());
        LogAnswer page =
            store.search(TenantId.DEFAULT, search, Deadline.after(Duration.ofSeconds(30)), permit);
        page.hits().stream().map(LogHit::sourceText).forEach(sources::add);
        if (page.hits().size() < 5000) {
          return sources;
        }
        after = Optional.of(page.hits().getLast().sort());
      }
    }
  }

  private void awaitRecords(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> sources(LogFilter.ALL).size() >= count);
    assertEquals(count, sources(LogFilter.ALL).size());
  }

  @Test
  void bothProtocolsShareAPort() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (var socket = new Socket(loopback, port());
        var datagrams = new DatagramSocket()) {
      socket.getOutputStream().write("<13>1 - h tcp - - - by stream\n".getBytes(UTF_8));
      byte[] datagram = "<13>1 - h udp - - - by datagram".getBytes(UTF_8);
      datagrams.send(new DatagramPacket(datagram, datagram.length, loopback, port()));
      awaitRecords(2);
    }
    assertEquals(1, sources(new LogFilter.Term("_stream", "tcp")).size());
    assertEquals(1, sources(new LogFilter.Term("_stream", "udp")).size());
  }

  @Test
  void aTakenPortIsAClearError() {
    var second = receiver(port());
    var e = assertThrows(HeadroomException.class, () -> group.open(second));
    assertTrue(String.valueOf(e.getMessage()).startsWith("cannot listen for syslog: "));
  }

  @Test
  void aStopLosesNothingThatWasSent() throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append("<13>1 - h app - - - line ").append(i).append('\n');
    }
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.getOutputStream().write("<13>1 - h app - - - connected\n".getBytes(UTF_8));
      awaitRecords(1);
      socket.getOutputStream().write(text.toString().getBytes(UTF_8));
      group.close();
      group = new ReceiverGroup();
      assertEquals(5001, sources(LogFilter.ALL).size());
      assertEquals(-1, socket.getInputStream().read(), "the connection is closed");
    }
  }

  @Test
  void loggerIsUnderstood() throws Exception {
    assumeTrue(Files.isExecutable(LOGGER), "skipped: there is no " + LOGGER);
    String[][] ways = {
      {"--rfc5424", "-T"},
      {"--rfc5424", "-d"},
      {"--rfc3164", "-T"},
      {"--rfc3164", "-d"},
      {"--rfc5424", "-T", "--octet-count"}
    };
    int sent = 0;
    for (String[] way : ways) {
      List<String> command = new ArrayList<>(List.of(LOGGER.toString()));
      command.addAll(List.of(way));
      command.addAll(List.of("-n", "127.0.0.1", "-P", Integer.toString(port())));
      command.addAll(List.of("-p", "auth.err", "-t", "checkout", "payment failed " + sent));
      run(command);
      awaitRecords(++sent);
    }
    for (String source : sources(new LogFilter.Term("_stream", "checkout"))) {
      assertTrue(source.contains("\"message\":\"payment failed "), source);
      assertTrue(source.contains("\"log\":{\"level\":\"error\"}"), source);
      assertTrue(source.contains("\"syslog\":{\"facility\":\"auth\",\"severity\":\"err\""), source);
    }
    assertEquals(sent, sources(new LogFilter.Term("_stream", "checkout")).size());
  }

  private static void run(List<String> command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("TZ", "UTC");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  @Test
  void rsyslogForwardsEveryLineOnce() throws Exception {
    assumeTrue(Files.isExecutable(RSYSLOGD), "skipped: there is no " + RSYSLOGD);
    int lines = 10_000;
    Path counted = lines("counted", lines);
    Path traditional = lines("traditional", lines);
    Path work = Files.createDirectory(directory.resolve("work"));
    Path configuration =
        Files.writeString(
            directory.resolve("rsyslog.conf"),
            String.format(
                Locale.ROOT,
                """
                global(workDirectory="%1$s")
                module(load="imfile")
                input(type="imfile" file="%2$s" tag="counted:" ruleset="counted")
                input(type="imfile" file="%3$s" tag="traditional:" ruleset="traditional")
                ruleset(name="counted") {
                  action(type="omfwd" target="127.0.0.1" port="%4$d" protocol="tcp"
                         tcp_framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")
                }
                ruleset(name="traditional") {
                  action(type="omfwd" target="127.0.0.1" port="%4$d" protocol="tcp"
                         template="RSYSLOG_TraditionalForwardFormat")
                }
                """,
                work,
                counted,
                traditional,
                port()));
    var builder =
        new ProcessBuilder(
                RSYSLOGD.toString(),
                "-n",
                "-f",
                configuration.toString(),
                "-i",
                work.resolve("pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("rsyslog.out").toFile());
    builder.environment().put("TZ", "UTC");
    Process rsyslog = builder.start();
    try {
      awaitRecords(2 * lines);
    } finally {
      rsyslog.destroy();
      assertTrue(rsyslog.waitFor(10, TimeUnit.SECONDS));
    }
    for (String stream : List.of("counted", "traditional")) {
      var messages = new TreeSet<String>();
      for (String source : sources(new LogFilter.Term("_stream", stream))) {
        int from = source.indexOf("\"message\":\"") + 11;
        messages.add(source.substring(from, source.indexOf('"', from)));
      }
      assertEquals(lines, messages.size(), stream);
      assertEquals(line(stream, 0), messages.first());
      assertEquals(line(stream, lines - 1), messages.last());
    }
    assertEquals(
        2 * lines,
        meters.get("headroom.stored.records").tag("door", "syslog_tcp").counter().count());
  }

  private static String line(String name, int i) {
    return String.format(Locale.ROOT, "%s line %06d took %d ms", name, i, i * 7 % 1000);
  }

  private Path lines(String name, int count) throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(line(name, i)).append('\n');
    }
    return Files.writeString(directory.resolve(name + ".log"), text);
  }
}
