package dev.headroom.ingest.decode;

/**
 * Cuts a body into its JSON values, whatever stands between them: lines, an array, objects one
 * after the other, one object over many lines. Looks at quotes and brackets only; a value that is
 * broken ends where its line does, or before the next line that starts with a brace, so that it
 * costs no neighbour. Not thread-safe.
 */
public final class JsonValues {
  private final byte[] bytes;
  private final int end;
  private final boolean isArray;
  private int position;
  private int start;
  private int length;

  /**
   * Bytes that may still be looked at again after an object that had no end; past it a value is a
   * line, or a body of open braces would take quadratic time.
   */
  private long rescanBudget;

  public JsonValues(byte[] bytes, int length) {
    this.bytes = bytes;
    this.end = length;
    this.rescanBudget = 4L * length;
    boolean mark =
        length >= 3
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    this.position = mark ? 3 : 0;
    skipBlank();
    this.isArray = position < end && bytes[position] == '[';
    if (isArray) {
      position++;
    }
  }

  /** Where the value starts that {@link #next} found. */
  public int start() {
    return start;
  }

  public int length() {
    return length;
  }

  /** Moves to the next value; false after the last. */
  public boolean next() {
    skipSeparators();
    if (position >= end) {
      return false;
    }
    start = position;
    position = bytes[position] == '{' ? endOfObject() : endOfOther();
    int last = position;
    while (last > start && isBlank(bytes[last - 1])) {
      last--;
    }
    length = last - start;
    return true;
  }

  private void skipSeparators() {
    skipBlank();
    while (isArray && position < end && (bytes[position] == ',' || bytes[position] == ']')) {
      position++;
      skipBlank();
    }
  }

  private void skipBlank() {
    while (position < end && isBlank(bytes[position])) {
      position++;
    }
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private int endOfObject() {
    int depth = 0;
    int firstLineEnd = -1;
    for (int i = position; i < end; i++) {
      switch (bytes[i]) {
        case '"' -> {
          int quote = endOfText(i + 1);
          if (quote < 0) {
            return firstLineEnd < 0 ? endOfLine(i) : backTo(firstLineEnd, i);
          }
          i = quote;
        }
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (--depth == 0) {
            return i + 1;
          }
        }
        case '\n' -> {
          firstLineEnd = firstLineEnd < 0 ? i : firstLineEnd;
          if (!isArray && (rescanBudget < 0 || i + 1 < end && bytes[i + 1] == '{')) {
            return i;
          }
        }
        default -> {}
      }
    }
    return !isArray && firstLineEnd >= 0 ? backTo(firstLineEnd, end) : end;
  }

  private int backTo(int lineEnd, int from) {
    rescanBudget -= from - lineEnd;
    return lineEnd;
  }

  /** The closing quote; −1 when the line or the body ends before. */
  private int endOfText(int from) {
    for (int i = from; i < end; i++) {
      switch (bytes[i]) {
        case '"' -> {
          return i;
        }
        case '\\' -> i++;
        case '\n' -> {
          return -1;
        }
        default -> {}
      }
    }
    return -1;
  }

  /** Not an object: up to the line's end, in an array up to the next comma. */
  private int endOfOther() {
    if (!isArray) {
      return endOfLine(position);
    }
    int depth = 0;
    for (int i = position; i < end; i++) {
      switch (bytes[i]) {
        case '"' -> {
          int quote = endOfText(i + 1);
          i = quote < 0 ? i : quote;
        }
        case '{', '[' -> depth++;
        case '}' -> depth--;
        case ']' -> {
          if (depth-- == 0) {
            return i;
          }
        }
        case ',' -> {
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return end;
  }

  private int endOfLine(int from) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return end;
  }
}
