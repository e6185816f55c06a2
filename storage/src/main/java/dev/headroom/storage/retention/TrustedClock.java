package dev.headroom.storage.retention;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time by which data may be deleted: the wall clock, as long as it moves as the monotonic clock
 * does. After a jump the time goes on as if it had not happened, until the wall clock has kept its
 * new course for an hour of monotonic time; meanwhile the earlier of the two counts, so that no
 * jump, forward or back, deletes anything.
 *
 * <p>The last time that was trusted is kept in a file (format {@code retention-clock} version 1:
 * epoch seconds 8 B, nanoseconds 4 B), so that a clock that jumps while the process is down is seen
 * as well: what happened meanwhile counts after an hour, too. A data directory without that file
 * has nothing old to lose, and the first reading is trusted.
 *
 * <p>Safe for any thread.
 */
public final class TrustedClock {
  /** How long a clock must go evenly before a jump is believed. */
  public static final Duration CONFIRMATION = Duration.ofHours(1);

  private static final String FORMAT = "retention-clock";
  private static final int VERSION = 1;

  /** Time servers step clocks by less; it deletes nothing that anybody misses. */
  private static final Duration TOLERANCE = Duration.ofSeconds(10);

  /** Clocks may run this part faster or slower than each other. */
  private static final int DRIFT_SHARE = 50;

  /**
   * @param now what may be taken for now
   * @param doubt why that is not what the wall clock says, if so
   */
  public record Reading(Instant now, Optional<String> doubt) {}

  private final @Nullable Path file;
  private final InstantSource wall;
  private final LongSupplier monotonicNanos;

  // Guarded by this.
  private Instant trusted;
  private long readAtNanos;
  private @Nullable Duration jump;
  private long jumpedAtNanos;

  private TrustedClock(
      @Nullable Path file, InstantSource wall, LongSupplier monotonicNanos, Instant trusted) {
    this.file = file;
    this.wall = wall;
    this.monotonicNanos = monotonicNanos;
    this.trusted = trusted;
    this.readAtNanos = monotonicNanos.getAsLong();
  }

  /** One that trusts its first reading and remembers nothing. */
  public static TrustedClock startingNow(InstantSource wall, LongSupplier monotonicNanos) {
    return new TrustedClock(null, wall, monotonicNanos, wall.instant());
  }

  /** One that goes on from what the file says. */
  public static TrustedClock open(Path file, InstantSource wall, LongSupplier monotonicNanos)
      throws IOException {
    return new TrustedClock(file, wall, monotonicNanos, read(file).orElseGet(wall::instant));
  }

  private static Optional<Instant> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      byte[] body = DurableFiles.read(file, FORMAT, VERSION);
      var in = new ByteReader(body, 0, body.length);
      return Optional.of(Instant.ofEpochSecond(in.readLong(), in.readInt()));
    } catch (CorruptFileException | IndexOutOfBoundsException _) {
      return Optional.of(Instant.EPOCH); // nothing is old until the hour has passed
    }
  }

  public synchronized Reading read() {
    long nanos = monotonicNanos.getAsLong();
    Duration elapsed = Duration.ofNanos(nanos - readAtNanos);
    readAtNanos = nanos;
    Instant expected = trusted.plus(elapsed);
    Instant told = wall.instant();
    Duration off = Duration.between(expected, told);
    if (isNear(off, Duration.ZERO, elapsed)) {
      jump = null;
      trusted = told;
      return new Reading(told, Optional.empty());
    }
    if (jump == null || !isNear(off, jump, Duration.ofNanos(nanos - jumpedAtNanos))) {
      jump = off;
      jumpedAtNanos = nanos;
    }
    Duration lasted = Duration.ofNanos(nanos - jumpedAtNanos);
    if (lasted.compareTo(CONFIRMATION) >= 0) {
      jump = null;
      trusted = told;
      return new Reading(told, Optional.empty());
    }
    trusted = expected;
    return new Reading(told.isBefore(expected) ? told : expected, Optional.of(doubt(off, lasted)));
  }

  private static boolean isNear(Duration a, Duration b, Duration elapsed) {
    Duration allowed = TOLERANCE.plus(elapsed.dividedBy(DRIFT_SHARE));
    return a.minus(b).abs().compareTo(allowed) <= 0;
  }

  private static String doubt(Duration off, Duration lasted) {
    return "the wall clock is "
        + off
        + " off from how far the monotonic clock went; believed in "
        + CONFIRMATION.minus(lasted)
        + " if it stays so";
  }

  /** Keeps the time that is trusted now for the next start. */
  public synchronized void save() throws IOException {
    Path target = file;
    if (target == null) {
      return;
    }
    var out = new ByteWriter(16);
    out.writeLong(trusted.getEpochSecond());
    out.writeInt(trusted.getNano());
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null) {
      DurableFiles.createDirectories(folder);
    }
    DurableFiles.write(target, FORMAT, VERSION, out.toByteArray());
  }
}
