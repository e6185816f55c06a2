package dev.headroom.server.cli;

/** What a terminal may be sent. */
final class Terminal {
  private static final int DEFAULT_COLUMNS = 100;

  /** Columns of the terminal; the launcher passes them on. */
  static int columns() {
    String columns = System.getenv("COLUMNS");
    try {
      return columns == null ? DEFAULT_COLUMNS : Math.max(40, Integer.parseInt(columns));
    } catch (NumberFormatException _) {
      return DEFAULT_COLUMNS;
    }
  }

  /**
   * Text of a record with its control and direction-changing characters shown as {@code \}{@code
   * u001b} instead of sent.
   */
  static String safe(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> append(out, c));
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    int type = Character.getType(c);
    if (type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE) {
      out.append("\\u").append(java.util.HexFormat.of().toHexDigits((char) c));
    } else {
      out.appendCodePoint(c);
    }
  }

  /** The text in at most so many columns; what is cut off is marked. */
  static String fit(String text, int columns) {
    return text.length() <= columns ? text : text.substring(0, Math.max(0, columns - 1)) + "…";
  }

  private Terminal() {}
}
