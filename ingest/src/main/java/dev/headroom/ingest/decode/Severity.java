package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;

/** The words and numbers that senders use, as OpenTelemetry severity numbers (1 to 24; 0 none). */
public final class Severity {
  public static final int UNKNOWN = 0;
  public static final int TRACE = 1;
  public static final int DEBUG = 5;
  public static final int INFO = 9;
  public static final int WARN = 13;
  public static final int ERROR = 17;
  public static final int FATAL = 21;

  private static final int NOTICE = 10;
  private static final int CRITICAL = 18;
  private static final int ALERT = 19;
  private static final int MAX = 24;

  private record Word(byte[] text, int number) {}

  /** By first letter. */
  private static final List<List<Word>> WORDS = words();

  /** OpenTelemetry's mapping of syslog's eight severities, from emergency to debug. */
  private static final int[] SYSLOG = {FATAL, ALERT, CRITICAL, ERROR, WARN, NOTICE, INFO, DEBUG};

  private static List<List<Word>> words() {
    List<List<Word>> words = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      words.add(new ArrayList<>());
    }
    add(words, TRACE, "trace", "trc", "finest", "finer", "verbose", "all", "t", "v");
    add(words, DEBUG, "debug", "dbg", "fine", "config", "d");
    add(words, INFO, "info", "inf", "information", "informational", "ok", "success", "i");
    add(words, NOTICE, "notice", "n");
    add(words, WARN, "warn", "warning", "wrn", "w");
    add(words, ERROR, "error", "err", "eror", "severe", "failure", "e");
    add(words, CRITICAL, "critical", "crit", "c");
    add(words, ALERT, "alert", "a");
    add(words, FATAL, "fatal", "ftl", "emergency", "emerg", "panic", "f");
    for (int k = 2; k <= 4; k++) {
      add(words, TRACE + k - 1, "trace" + k);
      add(words, DEBUG + k - 1, "debug" + k);
      add(words, INFO + k - 1, "info" + k);
      add(words, WARN + k - 1, "warn" + k);
      add(words, ERROR + k - 1, "error" + k);
      add(words, FATAL + k - 1, "fatal" + k);
    }
    return words;
  }

  private static void add(List<List<Word>> words, int number, String... texts) {
    for (String text : texts) {
      words.get(text.charAt(0) - 'a').add(new Word(text.getBytes(US_ASCII), number));
    }
  }

  /** Of a word in any case, or of a number in digits. */
  public static int ofText(byte[] bytes, int offset, int length) {
    if (length == 0) {
      return UNKNOWN;
    }
    int first = (bytes[offset] | 0x20) - 'a';
    if (first < 0 || first >= 26) {
      return ofLevel(digits(bytes, offset, length));
    }
    for (Word word : WORDS.get(first)) {
      if (word.text.length == length && equalsIgnoreCase(word.text, bytes, offset)) {
        return word.number;
      }
    }
    return UNKNOWN;
  }

  /** One or two digits as a number, else −1. */
  static int digits(byte[] bytes, int offset, int length) {
    if (length < 1 || length > 2) {
      return -1;
    }
    int value = 0;
    for (int i = offset; i < offset + length; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return -1;
      }
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }

  private static boolean equalsIgnoreCase(byte[] lowerCase, byte[] bytes, int offset) {
    for (int i = 0; i < lowerCase.length; i++) {
      byte b = bytes[offset + i];
      if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  /** Of a numeric level: syslog's 0 to 7, or the tens of Bunyan and Pino. */
  public static int ofLevel(long level) {
    if (level >= 0 && level < SYSLOG.length) {
      return SYSLOG[(int) level];
    }
    return level % 10 == 0 && level >= 10 && level <= 60 ? (int) (level / 10 - 1) * 4 + 1 : UNKNOWN;
  }

  /** Of a number that is OpenTelemetry's own. */
  public static int ofNumber(long number) {
    return number >= TRACE && number <= MAX ? (int) number : UNKNOWN;
  }

  private Severity() {}
}
