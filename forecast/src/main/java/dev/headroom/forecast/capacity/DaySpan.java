package dev.headroom.forecast.capacity;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of calendar days ({@code 14d}, {@code 2w}) or of working days ({@code 10wd}). */
public record DaySpan(int days, Kind kind) {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,4})(d|w|wd)");

  /** Longer ones are typing errors. */
  private static final int MAX_DAYS = 1_000;

  public enum Kind {
    CALENDAR,
    WORKING
  }

  public DaySpan {
    if (days < 0 || days > MAX_DAYS) {
      throw new IllegalArgumentException("must be 0 to " + MAX_DAYS + " days");
    }
  }

  public static DaySpan working(int days) {
    return new DaySpan(days, Kind.WORKING);
  }

  public static DaySpan calendar(int days) {
    return new DaySpan(days, Kind.CALENDAR);
  }

  /**
   * @throws IllegalArgumentException when the text is no span
   */
  public static DaySpan parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "must be days like 14d, weeks like 2w, or working days like 10wd");
    }
    int count = Integer.parseInt(matcher.group(1));
    return switch (matcher.group(2)) {
      case "wd" -> working(count);
      case "w" -> calendar(7 * count);
      default -> calendar(count);
    };
  }

  /** For people: {@code 10 working days}. */
  @Override
  public String toString() {
    String unit = days == 1 ? "day" : "days";
    return days + (kind == Kind.WORKING ? " working " : " ") + unit;
  }
}
