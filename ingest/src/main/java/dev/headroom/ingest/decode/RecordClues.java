package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ingest.decode.FieldPath.Role;
import dev.headroom.storage.model.StreamAttributes;

/**
 * What the fields of one record tell of its time, severity and origin: of several fields that may
 * tell it, the one trusted most. Reused from record to record; not thread-safe.
 */
public final class RecordClues {
  /** Smaller numbers in a field that only may be a time ({@code time: 0.35}) are none: 1973. */
  private static final long FIRST_PLAUSIBLE_NANOS = 100_000_000L * 1_000_000_000L;

  private static final int UNSEEN = Integer.MAX_VALUE;

  private long timeNanos;
  private int timeRank;
  private boolean badTime;
  private int severity;
  private int severityRank;
  private final Slice service = new Slice();
  private final Slice environment = new Slice();
  private final Slice region = new Slice();

  /** A text that stays where it is until the next record. */
  private static final class Slice {
    private byte[] bytes = new byte[0];
    private int offset;
    private int length;
    private int rank = UNSEEN;

    void offer(int newRank, byte[] newBytes, int newOffset, int newLength) {
      if (newRank < rank && newLength > 0) {
        bytes = newBytes;
        offset = newOffset;
        length = newLength;
        rank = newRank;
      }
    }

    String text() {
      return rank == UNSEEN ? "" : new String(bytes, offset, length, UTF_8);
    }
  }

  void clear() {
    timeRank = UNSEEN;
    badTime = false;
    severity = Severity.UNKNOWN;
    severityRank = UNSEEN;
    service.rank = UNSEEN;
    environment.rank = UNSEEN;
    region.rank = UNSEEN;
  }

  /** The bytes must stay as they are until {@link #clear}. */
  void offerText(FieldPath path, byte[] bytes, int offset, int length) {
    switch (path.role()) {
      case NONE -> {}
      case TIME -> offerTime(path.rank(), bytes, offset, length);
      case SEVERITY -> offerSeverity(path.rank(), severityOf(path, bytes, offset, length));
      case SERVICE -> service.offer(path.rank(), bytes, offset, length);
      case ENVIRONMENT -> environment.offer(path.rank(), bytes, offset, length);
      case REGION -> region.offer(path.rank(), bytes, offset, length);
    }
  }

  /** A number as it was written, and as a whole number if it is one (else −1). */
  void offerNumber(FieldPath path, byte[] bytes, int offset, int length, long whole) {
    if (path.role() == Role.TIME) {
      offerTime(path.rank(), bytes, offset, length);
    } else if (path.role() == Role.SEVERITY) {
      offerSeverity(
          path.rank(),
          path.isSeverityNumber() ? Severity.ofNumber(whole) : Severity.ofLevel(whole));
    }
  }

  private static int severityOf(FieldPath path, byte[] bytes, int offset, int length) {
    return path.isSeverityNumber()
        ? Severity.ofNumber(Severity.digits(bytes, offset, length))
        : Severity.ofText(bytes, offset, length);
  }

  private void offerSeverity(int rank, int number) {
    if (number != Severity.UNKNOWN && rank < severityRank) {
      severity = number;
      severityRank = rank;
    }
  }

  private void offerTime(int rank, byte[] bytes, int offset, int length) {
    if (rank >= timeRank) {
      return;
    }
    long nanos = EventTime.parse(bytes, offset, length);
    if (rank == 0) {
      badTime = nanos == EventTime.NONE;
    } else if (nanos < FIRST_PLAUSIBLE_NANOS && isPlainNumber(bytes, offset, length)) {
      return;
    }
    if (nanos != EventTime.NONE) {
      timeNanos = nanos;
      timeRank = rank;
    }
  }

  private static boolean isPlainNumber(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!(bytes[i] >= '0' && bytes[i] <= '9'
          || bytes[i] == '.'
          || i == offset && bytes[i] == '-')) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code @timestamp} is there and is no time; a lesser field may be anything. */
  public boolean hasBadTime() {
    return badTime;
  }

  /** The event time that the record tells, or what is given. */
  public long timeOr(long nanos) {
    return timeRank == UNSEEN ? nanos : timeNanos;
  }

  public int severity() {
    return severity;
  }

  public boolean hasService() {
    return service.rank != UNSEEN;
  }

  public String service() {
    return service.text();
  }

  /** Whether the service is this one; makes no garbage. */
  public boolean serviceIs(byte[] utf8) {
    return java.util.Arrays.equals(
        service.bytes, service.offset, service.offset + service.length, utf8, 0, utf8.length);
  }

  public boolean hasAttributes() {
    return service.rank != UNSEEN || environment.rank != UNSEEN || region.rank != UNSEEN;
  }

  /** Whether every attribute told here is known already. */
  public boolean tellsNoMoreThan(StreamAttributes known) {
    return (service.rank == UNSEEN || !known.service().isEmpty())
        && (environment.rank == UNSEEN || !known.environment().isEmpty())
        && (region.rank == UNSEEN || !known.region().isEmpty());
  }

  public StreamAttributes attributes() {
    return new StreamAttributes(service.text(), environment.text(), region.text());
  }
}
