package dev.headroom.storage.model;

/** Foreign text made safe for a message: one line, bounded, control characters escaped. */
public final class Printable {
  private static final int MAX_CHARS = 120;

  /**
   * The text in double quotes, cut after 120 characters, with controls as {@code \}{@code uXXXX}.
   */
  public static String quote(CharSequence text) {
    var out = new StringBuilder(Math.min(text.length(), MAX_CHARS) + 8).append('"');
    for (int i = 0; i < text.length(); i++) {
      if (i == MAX_CHARS) {
        return out.append("…\"").toString();
      }
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private Printable() {}
}
