package dev.headroom.ingest.normalise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.headroom.ingest.decode.Decoded;
import dev.headroom.ingest.decode.Decoded.Rejected;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogAssemblerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final RetentionPolicy RETENTION =
      new RetentionPolicy(
          Duration.ofDays(30), Map.of("short", Duration.ofHours(1)), Duration.ofDays(400), 0);

  private final StreamRouter router = new StreamRouter(_ -> List.of(), () -> NOW, 2);
  private final LogAssembler assembler =
      new Normaliser(RETENTION, router, () -> NOW).assembler(TenantId.DEFAULT, "test");

  private Decoded add(String index, String json) {
    byte[] utf8 = json.getBytes(UTF_8);
    return assembler.addToIndex(index, assembler.wantNew(), utf8, 0, utf8.length);
  }

  private static String at(Instant time) {
    return "{\"@timestamp\":\"" + time + "\"}";
  }

  private void check(String stream, Instant time, String reason) {
    Decoded decoded = add(stream, at(time));
    if (reason.isEmpty()) {
      assertEquals(Decoded.ACCEPTED, decoded, stream + " " + time);
    } else {
      assertEquals(reason, assertInstanceOf(Rejected.class, decoded).reason(), time.toString());
    }
  }

  @Test
  void timesAreAcceptedFromRetentionAgoToAnHourAhead() {
    check("app", NOW.minus(Duration.ofDays(30)), "");
    check("app", NOW.minus(Duration.ofDays(30)).minusNanos(1), "too_old");
    check("app", NOW.plus(Duration.ofHours(1)), "");
    check("app", NOW.plus(Duration.ofHours(1)).plusNanos(1), "too_new");
    check("short-2026.11.22", NOW.minus(Duration.ofHours(1)), "");
    check("short-2026.11.22", NOW.minus(Duration.ofHours(1)).minusNanos(1), "too_old");
    check("app", Instant.EPOCH, "too_old");
    check("app", Instant.parse("2262-04-11T23:47:16Z"), "too_new");
    check("app", Instant.parse("9999-01-01T00:00:00Z"), "too_new");
    assertEquals(3, assembler.size());
    LogBatch batch = assembler.take(100);
    assertEquals(3, batch.size());
    assertEquals(Map.of("too_old", 3L, "too_new", 3L), batch.rejected());
    assertEquals(TimeRange.nanos(NOW), batch.receivedAtNanos());
  }

  @Test
  void recordsPastTheLimitOfStreamsGoToTheOverflowUnderTheirOwnIndex() {
    add("a-2026.11", "{}");
    add("b", "{\"@timestamp\":0}"); // rejected, so it takes no place
    add("c", "{}");
    add("d", "{}");
    add("d", "{}");
    assertEquals(2, assembler.overflowed());
    LogBatch batch = assembler.take(0);
    assertEquals("a", batch.record(0).stream());
    assertEquals("a-2026.11", batch.record(0).index());
    assertEquals("c", batch.record(1).stream());
    assertEquals(StreamKey.OVERFLOW, batch.record(2).stream());
    assertEquals("d", batch.record(2).index());
    assertEquals(3, batch.streamCount());
  }

  @Test
  void attributesAreThoseFirstTold() {
    add("a", "{\"service\":\"x\"}");
    add("a", "{\"service\":\"y\",\"environment\":\"prod\"}");
    add("a", "{\"cloud.region\":\"eu\",\"env\":\"test\"}");
    assertEquals(new StreamAttributes("x", "prod", "eu"), assembler.take(0).streamAttributes(0));
    add("a", "{\"service\":\"y\"}");
    assertEquals(
        new StreamAttributes("y", "", ""),
        assembler.take(0).streamAttributes(0),
        "each batch stands alone");
  }

  @Test
  void recordHoldsWhatTheSenderSaid() {
    byte[] body = "xx{\"level\":\"warn\",\"m\":\"hello\"}yy".getBytes(UTF_8);
    var wanted = new LogAssembler.Wanted(LogOp.CREATE, "id-1", 17, 5);
    assertInstanceOf(Rejected.class, assembler.addToIndex("a", wanted, body, 2, body.length - 4));
    var timed = new LogAssembler.Wanted(LogOp.CREATE, "id-1", 17, TimeRange.nanos(NOW));
    assembler.addToIndex("a", timed, body, 2, body.length - 4);
    assembler.delete("a", "id-2", LogRecord.ANY_POSITION);
    LogBatch batch = assembler.take(9);
    LogRecord first = batch.record(0);
    assertEquals(LogOp.CREATE, first.op());
    assertEquals("id-1", first.id().orElseThrow());
    assertEquals(17, first.expectedPosition());
    assertEquals(13, first.severity());
    assertEquals("{\"level\":\"warn\",\"m\":\"hello\"}", new String(first.source(), UTF_8));
    assertEquals(9, batch.wireBytes());
    LogRecord second = batch.record(1);
    assertEquals(LogOp.DELETE, second.op());
    assertEquals("id-2", second.id().orElseThrow());
    assertEquals(0, second.sourceLength());
  }
}
