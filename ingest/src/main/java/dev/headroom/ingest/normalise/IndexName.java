package dev.headroom.ingest.normalise;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of indices, by Elasticsearch's rules. */
public final class IndexName {
  private static final int MAX_BYTES = 255;
  private static final String FORBIDDEN = "\\/*?\"<>| ,#:";

  private static final String DATE =
      "[-_.](?:19|20)\\d\\d[-_.]?(?:0[1-9]|[1-4]\\d|5[0-3])" // year and month, or week
          + "(?:[-_.]?(?:0[1-9]|[12]\\d|3[01])(?:[-_.](?:[01]\\d|2[0-3]))?)?"; // day, hour

  /** Applied to at most 255 bytes, so the one lazy repetition costs little. */
  private static final Pattern DATED =
      Pattern.compile("(.+?)(?:" + DATE + ")?(?:-\\d{6})?", Pattern.DOTALL);

  private static final String DATA_STREAM_PREFIX = ".ds-";

  /** What is wrong with a name, in Elasticsearch's words; empty when it may be used. */
  public static Optional<String> problem(String name) {
    if (name.isEmpty()) {
      return Optional.of("must not be empty");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (FORBIDDEN.indexOf(c) >= 0 || Character.isISOControl(c)) {
        return Optional.of(
            c == '#' || c == ':'
                ? "must not contain '" + c + "'"
                : "must not contain the following characters"
                    + " ['\\\\','/','*','?','\"','<','>','|',' ',',']");
      }
    }
    if (!name.toLowerCase(Locale.ROOT).equals(name)) {
      return Optional.of("must be lowercase");
    }
    if ("_-+".indexOf(name.charAt(0)) >= 0) {
      return Optional.of("must not start with '_', '-', or '+'");
    }
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("must not be '.' or '..'");
    }
    int bytes = name.getBytes(UTF_8).length;
    return bytes > MAX_BYTES
        ? Optional.of("index name is too long, (" + bytes + " > " + MAX_BYTES + ")")
        : Optional.empty();
  }

  /**
   * The name without its date or rollover number: {@code app-2026.11.22}, {@code app-000007} and
   * {@code .ds-app-2026.11.22-000007} all belong to {@code app}.
   */
  public static String withoutDate(String name) {
    Matcher matcher = DATED.matcher(name);
    if (!matcher.matches()) {
      return name;
    }
    String base = matcher.group(1);
    boolean isBacking = name.startsWith(DATA_STREAM_PREFIX) && base.length() < name.length();
    return isBacking && base.length() > DATA_STREAM_PREFIX.length()
        ? base.substring(DATA_STREAM_PREFIX.length())
        : base;
  }

  private IndexName() {}
}
