package dev.headroom.query.promql;

/** Durations as {@code 1h30m}: units from {@code y} to {@code ms}, largest first, each once. */
final class DurationText {
  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final long DAY = 86_400_000L;
  private static final long[] MILLIS = {365 * DAY, 7 * DAY, DAY, 3_600_000, 60_000, 1_000, 1};

  /** Years, weeks and days are only written where they fit exactly. */
  private static final int EXACT_UNITS = 3;

  /** What 64 bits of nanoseconds hold: 292 years. */
  static final long MAX_MILLIS = Long.MAX_VALUE / 1_000_000;

  /** Where the duration that starts here ends; the start itself if none does. */
  static int end(String text, int start) {
    int at = start;
    int unit = -1;
    while (true) {
      int digits = at;
      while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
        digits++;
      }
      int found = digits == at ? -1 : unitAt(text, digits);
      if (found <= unit) {
        return at;
      }
      unit = found;
      at = digits + UNITS[found].length();
    }
  }

  private static int unitAt(String text, int at) {
    for (int i = UNITS.length - 1; i >= 0; i--) {
      if (text.startsWith(UNITS[i], at)) {
        return i;
      }
    }
    return -1;
  }

  /** Milliseconds of a well-formed duration, or -1 when they are too many. */
  static long millis(String text) {
    long sum = 0;
    int at = 0;
    while (at < text.length()) {
      long number = 0;
      while (Character.digit(text.charAt(at), 10) >= 0) {
        number = Math.min(MAX_MILLIS, number * 10 + Character.digit(text.charAt(at++), 10));
      }
      int unit = unitAt(text, at);
      if (number > (MAX_MILLIS - sum) / MILLIS[unit]) {
        return -1;
      }
      sum += number * MILLIS[unit];
      at += UNITS[unit].length();
    }
    return sum;
  }

  static String format(long millis) {
    if (millis < 0) {
      return "-" + format(-millis);
    }
    if (millis == 0) {
      return "0s";
    }
    var out = new StringBuilder();
    long rest = millis;
    for (int i = 0; i < UNITS.length; i++) {
      if (rest >= MILLIS[i] && (i >= EXACT_UNITS || rest % MILLIS[i] == 0)) {
        out.append(rest / MILLIS[i]).append(UNITS[i]);
        rest %= MILLIS[i];
      }
    }
    return out.toString();
  }

  private DurationText() {}
}
