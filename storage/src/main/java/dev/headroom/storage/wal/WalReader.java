package dev.headroom.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the frames of one segment in order; one frame in memory at a time.
 *
 * <p>Where a frame is not whole, the rest of the file is searched for a frame that says that the
 * file had been forced to beyond this place. It proves that what cannot be read had been durable:
 * that is damage, and reading goes on behind it. Without one the end is torn, and nothing
 * acknowledged is missing.
 */
final class WalReader {
  private static final int SEARCH_BYTES = 1 << 20;
  private static final byte[] ZEROS = new byte[SEARCH_BYTES];

  private final WalSegment segment;
  private final ByteBuffer header =
      ByteBuffer.allocate(WalSegment.FRAME_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final List<WalDamage> damage = new ArrayList<>();
  private long offset = WalSegment.HEADER_BYTES;
  private long nextPosition;
  private long frames;
  private boolean torn;

  /** A frame that is whole, as its header and payload say. */
  private record Whole(long position, int records, int forcedEnd, byte[] payload) {}

  private sealed interface Found permits Frame, End {}

  private record Frame(Whole whole) implements Found {}

  private record End(boolean clean) implements Found {}

  WalReader(WalSegment segment) {
    this.segment = segment;
    this.nextPosition = segment.firstPosition;
  }

  /** Reads to the end of what was written, past damage. */
  void readAll(CommitListener consumer) throws IOException {
    while (readFrame(consumer) || skipDamage()) {}
  }

  /** Reads frames below a position, all of which are known to be durable. */
  void readBelow(long position, CommitListener consumer) throws IOException {
    while (nextPosition < position && (readFrame(consumer) || skipDamage())) {}
  }

  private boolean readFrame(CommitListener consumer) throws IOException {
    return switch (frameAt(offset)) {
      case Frame(Whole frame) when frame.position == nextPosition -> {
        consumer.committed(frame.position, frame.records, frame.payload, 0, frame.payload.length);
        offset += WalSegment.FRAME_HEADER_BYTES + (long) frame.payload.length;
        nextPosition = frame.position + frame.records;
        frames++;
        yield true;
      }
      case Frame _ -> {
        torn = true;
        yield false;
      }
      case End(boolean clean) -> {
        torn = !clean;
        yield false;
      }
    };
  }

  private Found frameAt(long at) throws IOException {
    header.clear();
    if (segment.read(header, at) < WalSegment.FRAME_HEADER_BYTES) {
      return new End(true);
    }
    header.flip();
    int length = header.getInt();
    int records = header.getInt();
    long position = header.getLong();
    int forcedEnd = header.getInt();
    int crc = header.getInt();
    if (length == 0 && records == 0 && position == 0 && forcedEnd == 0 && crc == 0) {
      return new End(true);
    }
    long left = segment.capacity() - at - WalSegment.FRAME_HEADER_BYTES;
    if (length <= 0
        || length > left
        || records <= 0
        || forcedEnd < WalSegment.HEADER_BYTES
        || forcedEnd > at) {
      return new End(false);
    }
    var payload = new byte[length];
    int read = segment.read(ByteBuffer.wrap(payload), at + WalSegment.FRAME_HEADER_BYTES);
    if (read < length || crc != WalSegment.frameCrc(header.array(), payload, 0, length)) {
      return new End(false);
    }
    return new Frame(new Whole(position, records, forcedEnd, payload));
  }

  /** Moves behind what cannot be read, when a frame there proves that there was something. */
  private boolean skipDamage() throws IOException {
    var bytes = new byte[SEARCH_BYTES];
    long at = offset;
    while (at + WalSegment.FRAME_HEADER_BYTES <= segment.capacity()) {
      int read = segment.read(ByteBuffer.wrap(bytes), at);
      int last = read - WalSegment.FRAME_HEADER_BYTES;
      if (last < 0) {
        return false;
      }
      for (int i = Arrays.equals(bytes, 0, read, ZEROS, 0, read) ? last + 1 : 0; i <= last; i++) {
        if (mayBeFrame(bytes, i, at + i) && isLaterFrame(at + i)) {
          return true;
        }
      }
      at += last + 1;
    }
    return false;
  }

  private boolean mayBeFrame(byte[] bytes, int i, long at) {
    int length = intAt(bytes, i);
    int forcedEnd = intAt(bytes, i + 16);
    return length > 0
        && length <= segment.capacity() - at - WalSegment.FRAME_HEADER_BYTES
        && forcedEnd > offset
        && forcedEnd <= at;
  }

  private static int intAt(byte[] bytes, int i) {
    return bytes[i] & 0xff
        | (bytes[i + 1] & 0xff) << 8
        | (bytes[i + 2] & 0xff) << 16
        | bytes[i + 3] << 24;
  }

  private boolean isLaterFrame(long at) throws IOException {
    if (!(frameAt(at) instanceof Frame(Whole frame))
        || frame.position < nextPosition
        || frame.forcedEnd <= offset) {
      return false;
    }
    damage.add(
        new WalDamage(
            name(), "bad frame at offset " + offset, nextPosition, frame.position, at - offset));
    offset = at;
    nextPosition = frame.position;
    return true;
  }

  private String name() {
    return String.valueOf(segment.file.getFileName());
  }

  /** Behind the last good frame. */
  long offset() {
    return offset;
  }

  long nextPosition() {
    return nextPosition;
  }

  long frames() {
    return frames;
  }

  /** Whether something other than zeros stands behind the last good frame. */
  boolean isTorn() {
    return torn;
  }

  /** What had been acknowledged and cannot be read. */
  List<WalDamage> damage() {
    return damage;
  }
}
