package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts UTF-8 text into tokens: runs of letters, digits and {@code _}, lower-cased, at most 255
 * bytes each (longer runs continue in the next token). The same for the index and for a query's
 * words. Not thread-safe; reusable.
 */
final class LightTokenizer {
  static final int MAX_TOKEN_BYTES = 255;

  private byte[] text = new byte[0];
  private int at;
  private int end;
  private final byte[] token = new byte[MAX_TOKEN_BYTES + 4];
  private int tokenLength;

  LightTokenizer reset(byte[] utf8, int offset, int length) {
    text = utf8;
    at = offset;
    end = offset + length;
    return this;
  }

  /** Moves to the next token; false after the last. */
  boolean next() {
    tokenLength = 0;
    while (at < end) {
      int b = text[at];
      if (b >= 0) {
        at++;
        if (b >= 'A' && b <= 'Z') {
          token[tokenLength++] = (byte) (b + 32);
        } else if (b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '_') {
          token[tokenLength++] = (byte) b;
        } else if (tokenLength > 0) {
          return true;
        }
      } else if (!appendWide() && tokenLength > 0) {
        return true;
      }
      if (tokenLength >= MAX_TOKEN_BYTES) {
        return true;
      }
    }
    return tokenLength > 0;
  }

  /** Takes one character of several bytes; false when it is no part of a token. */
  private boolean appendWide() {
    int lead = text[at] & 0xff;
    int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || at + length > end) {
      at++;
      return false;
    }
    int codePoint = lead & (0xff >> (length + 1));
    for (int i = 1; i < length; i++) {
      codePoint = codePoint << 6 | text[at + i] & 0x3f;
    }
    at += length;
    if (!Character.isLetterOrDigit(codePoint)) {
      return false;
    }
    byte[] lower = Character.toString(Character.toLowerCase(codePoint)).getBytes(UTF_8);
    System.arraycopy(lower, 0, token, tokenLength, lower.length);
    tokenLength += lower.length;
    return true;
  }

  byte[] token() {
    return token;
  }

  int tokenLength() {
    return tokenLength;
  }

  static List<String> tokens(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    var tokenizer = new LightTokenizer().reset(utf8, 0, utf8.length);
    List<String> tokens = new ArrayList<>();
    while (tokenizer.next()) {
      tokens.add(new String(tokenizer.token, 0, tokenizer.tokenLength, UTF_8));
    }
    return tokens;
  }
}
