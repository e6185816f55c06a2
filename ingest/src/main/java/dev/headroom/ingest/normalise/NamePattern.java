package dev.headroom.ingest.normalise;

/**
 * A name in which {@code *} stands for any text, also for none; everything else stands for itself.
 */
record NamePattern(String text) {
  boolean matches(String name) {
    int at = 0; // in the pattern
    int star = -1;
    int afterStar = 0; // in the name
    int i = 0;
    while (i < name.length()) {
      if (at < text.length() && text.charAt(at) == '*') {
        star = at++;
        afterStar = i;
      } else if (at < text.length() && text.charAt(at) == name.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) { // the last star takes one more
        at = star + 1;
        i = ++afterStar;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == '*') {
      at++;
    }
    return at == text.length();
  }
}
