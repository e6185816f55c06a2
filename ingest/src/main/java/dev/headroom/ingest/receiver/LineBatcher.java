package dev.headroom.ingest.receiver;

import dev.headroom.ingest.admission.AdmissionControl.Permit;
import dev.headroom.ingest.decode.Decoded;
import dev.headroom.ingest.decode.SyslogDecoder.Line;
import dev.headroom.ingest.decode.SyslogFramer;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the lines of one connection, or of one UDP port, into batches and stores them one at a
 * time, so that their order is kept. A batch is sent when it is large enough or old enough; while
 * one is being stored the next one grows.
 *
 * <p><i>Threads.</i> Everything happens on the event loop but the append, which runs on {@link
 * SyslogSink#appends} and reports back to the loop.
 *
 * <p><i>Failure.</i> A store that cannot take a batch now is asked again, with growing pauses, or
 * the batch is dropped and counted; as {@link WhenRefused} says.
 */
final class LineBatcher implements SyslogFramer.Messages {
  /** A sender that can be held back is: nothing it was told is taken gets lost. */
  enum WhenRefused {
    RETRY,
    DROP
  }

  /** One fsync costs some milliseconds; this much a time is 50 MB a second and more. */
  static final int BATCH_BYTES = 256 << 10;

  /** How long the first line of a batch waits for others. */
  private static final Duration MAX_AGE = Duration.ofMillis(50);

  private static final long FIRST_RETRY_MILLIS = 100;
  private static final long MAX_RETRY_MILLIS = 5_000;

  /** Heap that a byte of wire takes: as record, in the batch, and in the batch's copy. */
  private static final int BYTES_PER_WIRE_BYTE = 4;

  private static final Logger LOG = LoggerFactory.getLogger(LineBatcher.class);

  private final SyslogSink sink;
  private final String door;
  private final WhenRefused whenRefused;
  private final EventExecutor loop;
  private final Runnable onStored;

  private @Nullable Gathering gathering;
  private boolean storing;
  private boolean ageTimerSet;
  private boolean abandoned;

  /** Of a line whose end is not there yet, for the batch that will have it. */
  private long carriedWireBytes;

  /** What will be the next batch. */
  private static final class Gathering {
    private final LogAssembler assembler;
    private final Permit permit;
    private final Map<String, Long> rejected = new TreeMap<>();
    private long received;
    private long wireBytes;
    private int bytes;

    Gathering(LogAssembler assembler, Permit permit) {
      this.assembler = assembler;
      this.permit = permit;
    }
  }

  private record Sent(LogBatch batch, Permit permit) {}

  /**
   * @param onStored run on the loop whenever a batch has left
   */
  LineBatcher(
      SyslogSink sink,
      String door,
      WhenRefused whenRefused,
      EventExecutor loop,
      Runnable onStored) {
    this.sink = sink;
    this.door = door;
    this.whenRefused = whenRefused;
    this.loop = loop;
    this.onStored = onStored;
  }

  /**
   * Makes room for bytes that were received; to be called before they are copied.
   *
   * @throws HeadroomException OVERLOADED when there is none
   */
  void admit(int wireBytes) {
    Gathering current = gathering();
    current.permit.grow((long) wireBytes * BYTES_PER_WIRE_BYTE);
    current.wireBytes += wireBytes;
  }

  private Gathering gathering() {
    Gathering current = gathering;
    if (current == null) {
      current =
          new Gathering(
              sink.normaliser().assembler(sink.tenant(), door), sink.admission().acquire(0));
      current.wireBytes = carriedWireBytes;
      carriedWireBytes = 0;
      gathering = current;
    }
    return current;
  }

  /** Bytes gathered and not yet on their way. */
  int gatheredBytes() {
    return gathering == null ? 0 : gathering.bytes;
  }

  /** Whether a batch is full that cannot be sent yet. */
  boolean isFull() {
    return storing && gatheredBytes() >= BATCH_BYTES;
  }

  /** Whether all that was gathered is stored, or dropped. */
  boolean isIdle() {
    return !storing && gathering == null;
  }

  @Override
  public void message(byte[] bytes, int offset, int length) {
    Gathering current = gathering();
    long now = current.assembler.receivedAtNanos();
    Line line = sink.decoder().decode(bytes, offset, length, now);
    current.received++;
    current.bytes += line.json().length;
    Decoded decoded = current.assembler.addToStream(line.app(), line.json(), 0, line.json().length);
    if (decoded instanceof Decoded.Rejected why) {
      current.rejected.merge(why.reason(), 1L, Long::sum);
    }
  }

  @Override
  public void tooLarge(long length) {
    Gathering current = gathering();
    current.received++;
    current.assembler.reject("too_large", length);
    current.rejected.merge("too_large", 1L, Long::sum);
  }

  /** To be called when some lines were added: sends them if it is time. */
  void added() {
    if (gathering == null || storing) {
      return; // what is being stored will see to it
    }
    if (gatheredBytes() >= BATCH_BYTES) {
      send();
    } else if (!ageTimerSet) {
      ageTimerSet = true;
      var unused =
          loop.schedule(
              () -> {
                ageTimerSet = false;
                flush();
              },
              MAX_AGE.toNanos(),
              TimeUnit.NANOSECONDS);
    }
  }

  /** Sends what there is, without waiting for more. */
  void flush() {
    if (!storing && gathering != null) {
      send();
    }
  }

  private void send() {
    Gathering current = gathering;
    if (current == null) {
      return;
    }
    gathering = null;
    if (current.received == 0) {
      carriedWireBytes = current.wireBytes;
      current.permit.close();
      return;
    }
    sink.meters().receivedBytes(door, current.wireBytes);
    sink.meters().received(door, current.received);
    current.rejected.forEach((reason, count) -> sink.meters().rejected(door, reason, count));
    sink.meters().overflowed(door, current.assembler.overflowed());
    sink.meters().unindexed(door, current.assembler.unindexedValues());
    if (current.assembler.size() == 0) {
      current.permit.close();
      return;
    }
    storing = true;
    store(new Sent(current.assembler.take(current.wireBytes), current.permit), FIRST_RETRY_MILLIS);
  }

  private void store(Sent sent, long retryMillis) {
    sink.appends()
        .execute(
            () -> {
              RuntimeException failure = append(sent.batch);
              loop.execute(() -> appended(sent, failure, retryMillis));
            });
  }

  private @Nullable RuntimeException append(LogBatch batch) {
    try {
      sink.store().append(batch);
      return null;
    } catch (RuntimeException e) {
      return e; // reported on the loop
    }
  }

  private void appended(Sent sent, @Nullable RuntimeException failure, long retryMillis) {
    if (failure == null) {
      sink.meters().stored(door, sent.batch.size());
      left(sent);
    } else if (whenRefused == WhenRefused.RETRY
        && !abandoned
        && failure instanceof HeadroomException refused
        && refused.category().isRetryable()) {
      if (retryMillis == FIRST_RETRY_MILLIS) {
        LOG.warn("store refuses, senders wait door={} reason={}", door, refused.getMessage());
      }
      var unused =
          loop.schedule(
              () -> store(sent, Math.min(2 * retryMillis, MAX_RETRY_MILLIS)),
              retryMillis,
              TimeUnit.MILLISECONDS);
    } else {
      drop(sent, failure);
    }
  }

  private void drop(Sent sent, RuntimeException failure) {
    String reason = "internal";
    if (failure instanceof HeadroomException refused) {
      reason = refused.category().name().toLowerCase(Locale.ROOT);
      LOG.warn(
          "dropped door={} records={} reason={}", door, sent.batch.size(), refused.getMessage());
    } else {
      LOG.error("dropped door={} records={}", door, sent.batch.size(), failure);
    }
    sink.meters().dropped(door, reason, sent.batch.size());
    left(sent);
  }

  private void left(Sent sent) {
    sent.permit.close();
    storing = false;
    flush();
    onStored.run();
  }

  /** Asks the store no more than once from now on. */
  void abandon() {
    abandoned = true;
  }
}
