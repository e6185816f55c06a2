package dev.headroom.storage.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Reads the frames of one segment in order; one frame in memory at a time. */
final class WalReader {
  private final WalSegment segment;
  private final ByteBuffer header =
      ByteBuffer.allocate(WalSegment.FRAME_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long offset = WalSegment.HEADER_BYTES;
  private long nextPosition;
  private Optional<String> problem = Optional.empty();

  WalReader(WalSegment segment) {
    this.segment = segment;
    this.nextPosition = segment.firstPosition;
  }

  /** Reads up to the end or the first bad frame. */
  void readAll(CommitListener consumer) throws IOException {
    while (readFrame(consumer)) {}
  }

  private boolean readFrame(CommitListener consumer) throws IOException {
    header.clear();
    if (segment.read(header, offset) < WalSegment.FRAME_HEADER_BYTES) {
      return false;
    }
    header.flip();
    int length = header.getInt();
    int records = header.getInt();
    long position = header.getLong();
    int crc = header.getInt();
    if (length == 0 && records == 0 && position == 0 && crc == 0) {
      return false;
    }
    long left = segment.capacity() - offset - WalSegment.FRAME_HEADER_BYTES;
    if (length <= 0 || length > left || records <= 0 || position != nextPosition) {
      return bad("bad frame header");
    }
    var payload = new byte[length];
    segment.read(ByteBuffer.wrap(payload), offset + WalSegment.FRAME_HEADER_BYTES);
    if (crc != WalSegment.frameCrc(header.array(), payload, 0, length)) {
      return bad("bad checksum");
    }
    consumer.committed(position, records, payload, 0, length);
    offset += WalSegment.FRAME_HEADER_BYTES + length;
    nextPosition = position + records;
    return true;
  }

  private boolean bad(String what) {
    problem = Optional.of(what + " at offset " + offset);
    return false;
  }

  /** Behind the last good frame. */
  long offset() {
    return offset;
  }

  long nextPosition() {
    return nextPosition;
  }

  Optional<String> problem() {
    return problem;
  }
}
