package dev.headroom.query.http;

/**
 * Label names in paths: {@code U__http_2e_status} stands for {@code http.status}. Behind {@code
 * U__}, {@code _hex_} is a code point and {@code __} an underscore; what is not well-formed stands
 * for itself.
 */
final class PromLabelName {
  private static final String PREFIX = "U__";
  private static final int MAX_DIGITS = 6;

  static String unescape(String name) {
    if (!name.startsWith(PREFIX)) {
      return name;
    }
    var out = new StringBuilder();
    int at = PREFIX.length();
    while (at < name.length()) {
      char c = name.charAt(at);
      if (c != '_') {
        out.append(c);
        at++;
        continue;
      }
      int end = name.indexOf('_', at + 1);
      if (end < 0) {
        return name;
      }
      if (end == at + 1) {
        out.append('_');
      } else {
        int point = codePoint(name.substring(at + 1, end));
        if (point < 0) {
          return name;
        }
        out.appendCodePoint(point);
      }
      at = end + 1;
    }
    return out.toString();
  }

  private static int codePoint(String hex) {
    if (hex.length() > MAX_DIGITS || !hex.matches("[0-9a-fA-F]+")) {
      return -1;
    }
    int point = Integer.parseInt(hex, 16);
    boolean half = point >= 0xd800 && point <= 0xdfff;
    return Character.isValidCodePoint(point) && !half ? point : -1;
  }

  private PromLabelName() {}
}
