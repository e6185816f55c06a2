package dev.headroom.storage.logs;

/** Text inside a wildcard pattern. */
final class WildcardText {
  static String escape(String text) {
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?");
  }

  private WildcardText() {}
}
