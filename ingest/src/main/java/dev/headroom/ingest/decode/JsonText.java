package dev.headroom.ingest.decode;

/** JSON strings and numbers as bytes. */
final class JsonText {
  /**
   * Writes the text between two quotes with its escapes resolved, as UTF-8; returns its length,
   * which is never more than that of the input. Escapes that JSON does not know are left to the
   * parser to refuse; half a surrogate pair becomes U+FFFD.
   */
  static int unescape(byte[] in, int from, int to, byte[] out) {
    int length = 0;
    int i = from;
    while (i < to) {
      byte b = in[i++];
      if (b != '\\' || i == to) {
        out[length++] = b;
        continue;
      }
      byte escape = in[i++];
      if (escape != 'u') {
        out[length++] = single(escape);
        continue;
      }
      int c = hex(in, i, to);
      i = Math.min(to, i + 4);
      if (Character.isHighSurrogate((char) c)
          && i + 6 <= to
          && in[i] == '\\'
          && in[i + 1] == 'u'
          && Character.isLowSurrogate((char) hex(in, i + 2, to))) {
        c = Character.toCodePoint((char) c, (char) hex(in, i + 2, to));
        i += 6;
      }
      length = encode(c, out, length);
    }
    return length;
  }

  private static byte single(byte escape) {
    return switch (escape) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> escape;
    };
  }

  private static int hex(byte[] in, int from, int to) {
    if (from + 4 > to) {
      return 0;
    }
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      value = value << 4 | Math.max(0, Character.digit(in[i], 16));
    }
    return value;
  }

  private static int encode(int codePoint, byte[] out, int at) {
    int c = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint;
    int length = at;
    if (c < 0x80) {
      out[length++] = (byte) c;
    } else if (c < 0x800) {
      out[length++] = (byte) (0xc0 | c >> 6);
      out[length++] = (byte) (0x80 | c & 0x3f);
    } else if (c < 0x10000) {
      out[length++] = (byte) (0xe0 | c >> 12);
      out[length++] = (byte) (0x80 | c >> 6 & 0x3f);
      out[length++] = (byte) (0x80 | c & 0x3f);
    } else {
      out[length++] = (byte) (0xf0 | c >> 18);
      out[length++] = (byte) (0x80 | c >> 12 & 0x3f);
      out[length++] = (byte) (0x80 | c >> 6 & 0x3f);
      out[length++] = (byte) (0x80 | c & 0x3f);
    }
    return length;
  }

  static boolean isNumberByte(byte b) {
    return b >= '0' && b <= '9' || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E';
  }

  private JsonText() {}
}
