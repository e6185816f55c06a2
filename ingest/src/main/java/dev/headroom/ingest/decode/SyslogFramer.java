package dev.headroom.ingest.decode;

/**
 * Cuts a stream into syslog messages; how each is framed (RFC 6587) is told from its first bytes:
 *
 * <ul>
 *   <li>{@code LEN SP <…}: that many bytes. Senders count a line end or send it behind, so ends of
 *       lines between messages are passed over.
 *   <li>anything else: up to the next line feed or NUL. A sender that ends messages with NUL may
 *       have line feeds inside; once one did, a line feed ends a message only before {@code <PRI>}.
 * </ul>
 *
 * <p>A message of more than {@link #MAX_BYTES} is passed over up to its end, so that the next one
 * is found again. Holds at most that much and one chunk. Not thread-safe.
 */
public final class SyslogFramer {
  /** Longest message. */
  public static final int MAX_BYTES = 256 << 10;

  private static final int MIN_CAPACITY = 4 << 10;
  private static final int MAX_LENGTH_DIGITS = 9;
  private static final int MAX_PRIORITY_DIGITS = 3;

  private static final int UNDECIDED = -1;
  private static final int NOT_COUNTED = -2;

  /** Takes what was found; the bytes are valid during the call only. */
  public interface Messages {
    void message(byte[] bytes, int offset, int length);

    /** One that was too long was passed over. */
    void tooLarge(long length);
  }

  private byte[] buffer = new byte[0];
  private int start;
  private int end;

  /** Up to here there is no end of the message. */
  private int scanned;

  /** Up to here there is no NUL. */
  private int withoutNul;

  /** Bytes of a counted message that are passed over. */
  private long skip;

  /** Length so far of a line that is passed over; 0 when none is. */
  private long discarded;

  private boolean endsWithNul;

  /** Bytes of heap held. */
  public int capacity() {
    return buffer.length;
  }

  /** Bytes of heap that taking so many more bytes would add. */
  public int growth(int length) {
    int needed = end - start + length;
    return needed <= buffer.length ? 0 : capacityFor(needed) - buffer.length;
  }

  private static int capacityFor(int needed) {
    return Math.max(MIN_CAPACITY, Integer.highestOneBit(needed - 1) << 1);
  }

  /** Whether nothing waits for its end. */
  public boolean isEmpty() {
    return start == end;
  }

  /** Gives the heap back, if nothing is held. */
  public void trim() {
    if (isEmpty()) {
      buffer = new byte[0];
      rewind();
    }
  }

  private void rewind() {
    start = 0;
    end = 0;
    scanned = 0;
    withoutNul = 0;
  }

  /**
   * An array with room for so many bytes at {@link #end}; call {@link #filled} when they are in.
   */
  public byte[] room(int length) {
    int pending = end - start;
    if (buffer.length - end < length) {
      byte[] target =
          pending + length <= buffer.length ? buffer : new byte[capacityFor(pending + length)];
      System.arraycopy(buffer, start, target, 0, pending);
      buffer = target;
      scanned -= start;
      withoutNul -= start;
      start = 0;
      end = pending;
    }
    return buffer;
  }

  /** Where the next bytes go in {@link #room}. */
  public int end() {
    return end;
  }

  /** Finds the messages that are complete with so many more bytes. */
  public void filled(int length, Messages messages) {
    end += length;
    while (step(messages)) {
      // goes on while something was taken
    }
    if (isEmpty()) {
      rewind();
    }
  }

  /** Takes some bytes. */
  public void feed(byte[] bytes, int offset, int length, Messages messages) {
    System.arraycopy(bytes, offset, room(length), end, length);
    filled(length, messages);
  }

  /**
   * Gives out what waits for an end that does not come: senders that end no message, and the last
   * line of a closed connection.
   *
   * @param closed whether nothing more can come, so that half of a counted message is given, too
   */
  public void flush(boolean closed, Messages messages) {
    if (discarded > 0 && closed) {
      messages.tooLarge(discarded + end - start);
      start = end;
    } else if (discarded == 0 && !isEmpty() && (closed || counted() == NOT_COUNTED)) {
      int from = start;
      if (counted() >= 0) {
        while (buffer[from] != ' ') {
          from++;
        }
        from++;
      }
      emit(from, end, messages);
      consume(end);
    }
    trim();
  }

  private boolean step(Messages messages) {
    if (skip > 0) {
      int passed = (int) Math.min(skip, end - start);
      skip -= passed;
      consume(start + passed);
    }
    if (discarded == 0) {
      while (start < end && isLineEnd(buffer[start])) {
        consume(start + 1);
      }
    }
    if (isEmpty()) {
      return false;
    }
    int length = discarded > 0 ? NOT_COUNTED : counted();
    return switch (length) {
      case UNDECIDED -> false;
      case NOT_COUNTED -> line(messages);
      default -> counted(length, messages);
    };
  }

  /** The length that a message names; {@link #UNDECIDED} until enough of it is there. */
  private int counted() {
    int at = start;
    int length = 0;
    while (at < end && isDigit(buffer[at]) && at - start <= MAX_LENGTH_DIGITS) {
      length = length * 10 + buffer[at] - '0';
      at++;
    }
    int digits = at - start;
    if (digits == 0 || digits > MAX_LENGTH_DIGITS || buffer[start] == '0') {
      return NOT_COUNTED;
    }
    if (at == end || buffer[at] == ' ' && at + 1 == end) {
      return UNDECIDED;
    }
    return buffer[at] == ' ' && buffer[at + 1] == '<' ? length : NOT_COUNTED;
  }

  private boolean counted(int length, Messages messages) {
    int from = start;
    while (buffer[from] != ' ') {
      from++;
    }
    from++;
    if (length > MAX_BYTES) {
      messages.tooLarge(length);
      consume(from);
      skip = length;
      return true;
    }
    if (end - from < length) {
      return false;
    }
    emit(from, from + length, messages);
    consume(from + length);
    return true;
  }

  private boolean line(Messages messages) {
    int at = lineEnd();
    if (at < 0) {
      if (discarded > 0 || end - start > MAX_BYTES) {
        discarded += end - start;
        consume(end);
      }
      return false;
    }
    if (discarded > 0 || at - start > MAX_BYTES) {
      messages.tooLarge(discarded + at - start);
      discarded = 0;
    } else {
      emit(start, at, messages);
    }
    consume(at + 1);
    return true;
  }

  /** Where the message ends; −1 when its end is not there yet. */
  private int lineEnd() {
    for (int i = Math.max(start, scanned); i < end; i++) {
      if (buffer[i] == 0) {
        endsWithNul = true;
        return i;
      }
      if (buffer[i] == '\n') {
        int verdict = endsAtLineFeed(i);
        if (verdict > 0) {
          return i;
        }
        if (verdict == 0) {
          scanned = i;
          return -1;
        }
      }
    }
    scanned = end;
    return -1;
  }

  /**
   * 1 when the line feed ends the message, −1 when it belongs to it, 0 when too little is there.
   */
  private int endsAtLineFeed(int at) {
    if (!endsWithNul && !isInsideNulMessage(at)) {
      return 1;
    }
    int i = at + 1;
    if (i < end && buffer[i] != '<') {
      return -1;
    }
    int digits = 0;
    for (i++; i < end && isDigit(buffer[i]) && digits < MAX_PRIORITY_DIGITS; i++) {
      digits++;
    }
    if (i >= end) {
      return 0;
    }
    return digits > 0 && buffer[i] == '>' ? 1 : -1;
  }

  /** Whether the line goes on as no message starts, and a NUL is where it ends. */
  private boolean isInsideNulMessage(int at) {
    if (at + 1 == end || buffer[at + 1] == '<' || isDigit(buffer[at + 1])) {
      return false;
    }
    int nul = Math.max(at + 1, withoutNul);
    while (nul < end && buffer[nul] != 0) {
      nul++;
    }
    withoutNul = nul;
    if (nul == end || nul == at + 1) {
      return false;
    }
    for (int i = at + 1; i < nul; i++) {
      if (buffer[i] == '\n' && buffer[i + 1] == '<') {
        return false;
      }
    }
    return true;
  }

  private void emit(int from, int to, Messages messages) {
    int last = to;
    while (last > from && isLineEnd(buffer[last - 1])) {
      last--;
    }
    if (last > from) {
      messages.message(buffer, from, last - from);
    }
  }

  private void consume(int to) {
    start = to;
    scanned = to;
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r' || b == 0;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
