package dev.headroom.ingest.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.ingest.admission.AdmissionControl;
import dev.headroom.ingest.admission.AdmissionControl.Permit;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.decode.SyslogDecoder;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.ingest.normalise.StreamRouter;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ResourceLeakDetector;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SyslogHandlersTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z"));

  private final RecordingLogStore store = new RecordingLogStore();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<ByteBuf> buffers = new ArrayList<>();
  private AdmissionControl admission = new AdmissionControl(64 << 20);
  private Executor appends = Runnable::run;

  @BeforeAll
  static void watchBuffers() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
  }

  @AfterAll
  static void watchFewBuffers() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
  }

  @AfterEach
  void everyBufferIsReleased() {
    assertTrue(buffers.stream().allMatch(buffer -> buffer.refCnt() == 0));
  }

  private SyslogSink sink() {
    var router = new StreamRouter(_ -> List.of(), CLOCK);
    return new SyslogSink(
        TenantId.DEFAULT,
        new SyslogDecoder(ZoneOffset.UTC),
        store,
        new Normaliser(RetentionPolicy.DEFAULT, router, CLOCK),
        new IngestMeters(meters),
        admission,
        appends);
  }

  private static EmbeddedChannel channel(io.netty.channel.ChannelHandler handler) {
    var channel = new EmbeddedChannel(handler);
    channel.freezeTime();
    return channel;
  }

  private ByteBuf buffer(byte[] bytes, int from, int to) {
    ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer();
    buffer.writeBytes(bytes, from, to - from);
    buffers.add(buffer);
    return buffer;
  }

  private ByteBuf buffer(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return buffer(bytes, 0, bytes.length);
  }

  private static void pass(EmbeddedChannel channel, long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    for (int i = 0; i < 5; i++) {
      channel.runPendingTasks(); // a task may leave another
    }
  }

  private static void end(EmbeddedChannel channel) {
    var unused = channel.close();
  }

  private double count(String name) {
    return meters.find(name).counters().stream().mapToDouble(Counter::count).sum();
  }

  /** Once nothing is in flight. */
  private void assertCounts(int stored, int rejected, int dropped) {
    assertEquals(stored, count("headroom.stored.records"), "stored");
    assertEquals(rejected, count("headroom.rejected.records"), "rejected");
    assertEquals(dropped, count("headroom.dropped.records"), "dropped");
    assertEquals(stored + rejected + dropped, count("headroom.received.records"), "received");
    assertEquals(0, admission.heldBytes(), "held bytes");
  }

  @Test
  void bytesMayComeInAnyPieces() {
    byte[] stream =
        ("<13>Nov 24 11:05:01 h a: line ö\n"
                + "38 <14>1 2026-11-24T11:05:01Z h b - - - x"
                + "<13>Nov 24 11:05:01 h c: nul\n inside\000"
                + "<13>Nov 24 11:05:01 h d: no end")
            .getBytes(UTF_8);
    int lineFeed = new String(stream, ISO_8859_1).indexOf("\n inside");
    int nul = new String(stream, ISO_8859_1).indexOf('\0');
    List<String> expected = List.of("a:line ö", "b:x", "c:nul\n inside", "d:no end");
    List<String> split = List.of("a:line ö", "b:x", "c:nul", "default: inside", "d:no end");
    for (int cut = 0; cut <= stream.length; cut++) {
      store.batches.clear();
      EmbeddedChannel channel = channel(new SyslogTcpHandler(sink()));
      channel.writeInbound(buffer(stream, 0, cut), buffer(stream, cut, stream.length));
      end(channel);
      pass(channel, 0);
      // Until a NUL is seen, a line feed ends a line.
      boolean isNulUnseen = cut > lineFeed && cut <= nul;
      assertEquals(
          isNulUnseen ? split : expected, store.messages(), "cut at " + cut + " of " + nul);
    }
  }

  @Test
  void linesWaitForOthersButNotLong() {
    var handler = new SyslogTcpHandler(sink());
    EmbeddedChannel channel = channel(handler);
    channel.writeInbound(buffer("<13>Nov 24 11:05:01 h a: 1\n"));
    channel.writeInbound(buffer("<13>Nov 24 11:05:01 h a: 2\n<13>Nov 24 11:"));
    pass(channel, 49);
    assertEquals(0, store.batches.size());
    pass(channel, 1);
    assertEquals(1, store.batches.size());
    channel.writeInbound(buffer("05:01 h a: 3\n"));
    pass(channel, 50);
    assertEquals(List.of("a:1", "a:2", "a:3"), store.messages());
    assertEquals(81, store.batches.stream().mapToLong(batch -> batch.wireBytes()).sum());
    end(channel);
    pass(channel, 0);
    assertTrue(handler.done().isDone());
    assertCounts(3, 0, 0);
  }

  @Test
  void aLineWithoutAnEndIsTakenAfterAPause() {
    EmbeddedChannel channel = channel(new SyslogTcpHandler(sink()));
    channel.writeInbound(buffer("<13>Nov 24 11:05:01 h a: no end"));
    pass(channel, 1999);
    assertEquals(List.of(), store.messages());
    pass(channel, 1);
    pass(channel, 50);
    assertEquals(List.of("a:no end"), store.messages());
    end(channel);
    pass(channel, 0);
    assertCounts(1, 0, 0);
  }

  /** Appends that run when they are told to. */
  private static final class HeldAppends implements Executor {
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      held.add(task);
    }

    void runAll(EmbeddedChannel channel) {
      while (!held.isEmpty()) {
        held.remove().run();
        pass(channel, 0);
      }
    }
  }

  private String lines(int from, int count) {
    var text = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      text.append("<13>Nov 24 11:05:01 h a: ").append(i).append(' ').repeat('x', 200).append('\n');
    }
    return text.toString();
  }

  @Test
  void aBusyStoreHoldsTheSenderBack() {
    var held = new HeldAppends();
    appends = held;
    var handler = new SyslogTcpHandler(sink());
    EmbeddedChannel channel = channel(handler);
    int sent = 0;
    while (channel.config().isAutoRead()) {
      channel.writeInbound(buffer(lines(sent, 200)));
      sent += 200;
      assertTrue(sent < 5000, "reading should stop");
    }
    assertEquals(1, held.held.size(), "one append at a time");
    channel.writeInbound(buffer(lines(sent, 200))); // was read already when reading stopped
    sent += 200;
    assertFalse(channel.config().isAutoRead());
    held.held.remove().run();
    pass(channel, 0);
    assertTrue(channel.config().isAutoRead());
    end(channel);
    pass(channel, 0);
    assertFalse(handler.done().isDone());
    held.runAll(channel);
    assertTrue(handler.done().isDone());
    List<String> messages = store.messages();
    assertEquals(sent, messages.size());
    for (int i = 0; i < sent; i++) {
      assertTrue(messages.get(i).startsWith("a:" + i + " "), messages.get(i));
    }
    assertCounts(sent, 0, 0);
  }

  @Test
  void aRefusingStoreIsAskedAgain() {
    store.refusals = 3;
    var handler = new SyslogTcpHandler(sink());
    EmbeddedChannel channel = channel(handler);
    channel.writeInbound(buffer(lines(0, 10)));
    pass(channel, 50);
    handler.stop();
    pass(channel, 100);
    pass(channel, 100);
    pass(channel, 100);
    assertFalse(handler.done().isDone());
    assertEquals(0, store.batches.size());
    pass(channel, 400);
    assertTrue(handler.done().isDone());
    assertEquals(10, store.messages().size());
    assertCounts(10, 0, 0);
  }

  @Test
  void aStopInTheMidstOfRefusalsDropsAndCounts() {
    store.refusals = 1000;
    var handler = new SyslogTcpHandler(sink());
    EmbeddedChannel channel = channel(handler);
    channel.writeInbound(buffer(lines(0, 10)));
    pass(channel, 50);
    handler.stop();
    pass(channel, 0);
    pass(channel, 100);
    assertFalse(handler.done().isDone());
    handler.abandon();
    pass(channel, 5000);
    assertTrue(handler.done().isDone());
    assertCounts(0, 0, 10);
  }

  @Test
  void aStopTakesWhatIsOnItsWay() {
    var handler = new SyslogTcpHandler(sink());
    EmbeddedChannel channel = channel(handler);
    channel.writeInbound(buffer(lines(0, 1)));
    handler.stop();
    pass(channel, 0);
    channel.writeInbound(buffer(lines(1, 1)));
    pass(channel, 100);
    channel.writeInbound(buffer(lines(2, 1)));
    pass(channel, 100);
    assertFalse(handler.done().isDone());
    pass(channel, 100);
    assertTrue(handler.done().isDone());
    assertFalse(channel.isOpen());
    assertCounts(3, 0, 0);
  }

  @Test
  void aFullProcessHoldsTheSenderBack() {
    admission = new AdmissionControl(1 << 20);
    EmbeddedChannel channel = channel(new SyslogTcpHandler(sink()));
    try (Permit _ = admission.acquire(1 << 20)) {
      channel.writeInbound(buffer(lines(0, 10)));
      assertFalse(channel.config().isAutoRead());
      pass(channel, 100);
      assertEquals(0, store.batches.size());
    }
    pass(channel, 20);
    assertTrue(channel.config().isAutoRead());
    end(channel);
    pass(channel, 50);
    assertEquals(10, store.messages().size());
    assertCounts(10, 0, 0);
  }

  @Test
  void badLinesAreRejectedAlone() {
    EmbeddedChannel channel = channel(new SyslogTcpHandler(sink()));
    channel.writeInbound(buffer("<13>1 1970-01-01T00:00:00Z h a - - - old\n"));
    channel.writeInbound(buffer("<13>1 2262-01-01T00:00:00Z h a - - - new\n"));
    channel.writeInbound(buffer("x".repeat(300_000) + "\n<13>1 - h a - - - good\n"));
    String many = "<13>1 - h a - - [i" + " n=\"v\"".repeat(10) + "] data\n";
    channel.writeInbound(buffer(many));
    var names = new StringBuilder("<13>1 - h a - - [i");
    for (int i = 0; i < 1001; i++) {
      names.append(" n").append(i).append("=\"v\"");
    }
    channel.writeInbound(buffer(names + "] too many\n"));
    end(channel);
    pass(channel, 50);
    assertEquals(List.of("a:good", "a:data"), store.messages());
    assertCounts(2, 4, 0);
    for (String reason : List.of("too_old", "too_new", "too_large", "too_many_fields")) {
      assertEquals(
          1,
          meters.get("headroom.rejected.records").tag("reason", reason).counter().count(),
          reason);
    }
  }

  private static final InetSocketAddress ANYONE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 514);

  private DatagramPacket packet(String text) {
    return new DatagramPacket(buffer(text), ANYONE, ANYONE);
  }

  @Test
  void aDatagramIsAMessage() {
    var handler = new SyslogUdpHandler(sink());
    EmbeddedChannel channel = channel(handler);
    channel.writeInbound(packet("<13>Nov 24 11:05:01 h a: one\n more\r\n\000"), packet("\n"));
    channel.writeInbound(packet("<13>Nov 24 11:05:01 h b: two"), packet("\tat nowhere"));
    pass(channel, 50);
    assertEquals(List.of("a:one\n more", "b:two", "default:\tat nowhere"), store.messages());
    end(channel);
    pass(channel, 0);
    assertTrue(handler.done().isDone());
    assertCounts(3, 0, 0);
  }

  @Test
  void datagramsWithoutRoomAreDroppedAndCounted() {
    var held = new HeldAppends();
    appends = held;
    EmbeddedChannel channel = channel(new SyslogUdpHandler(sink()));
    String large = "<13>Nov 24 11:05:01 h a: " + "x".repeat(60_000);
    for (int i = 0; i < 100; i++) {
      channel.writeInbound(packet(large));
    }
    end(channel);
    pass(channel, 0);
    held.runAll(channel);
    double dropped = count("headroom.dropped.records");
    assertTrue(dropped > 10 && dropped < 50, "dropped " + dropped);
    assertCounts(100 - (int) dropped, 0, (int) dropped);
  }

  @Test
  void datagramsThatTheStoreRefusesAreDroppedAndCounted() {
    store.refusals = 1;
    admission = new AdmissionControl(1 << 20);
    EmbeddedChannel channel = channel(new SyslogUdpHandler(sink()));
    channel.writeInbound(packet("refused"));
    pass(channel, 50);
    try (Permit _ = admission.acquire(1 << 20)) {
      channel.writeInbound(packet("no room"));
    }
    channel.writeInbound(packet("taken"));
    end(channel);
    pass(channel, 50);
    assertEquals(List.of("default:taken"), store.messages());
    assertCounts(1, 0, 2);
  }
}
