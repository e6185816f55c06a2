package dev.headroom.forecast.model;

/**
 * @param reason for people: {@code "not enough data yet: 2 hours of history; 14 days are needed"}
 */
public record NotEnoughData(String reason) implements ForecastOutcome {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /** Too short a history. */
  public static NotEnoughData yet(long haveMillis, long neededMillis) {
    return new NotEnoughData(
        "not enough data yet: "
            + span(haveMillis)
            + " of history; "
            + span(neededMillis)
            + (neededMillis == DAY ? " is needed" : " are needed"));
  }

  /** A length of time in its largest fitting unit, rounded down: {@code "3 minutes"}. */
  public static String span(long millis) {
    if (millis >= 2 * DAY || millis == DAY) {
      return count(millis / DAY, "day");
    }
    if (millis >= 2 * HOUR || millis == HOUR) {
      return count(millis / HOUR, "hour");
    }
    return millis >= MINUTE
        ? count(millis / MINUTE, "minute")
        : count(Math.max(0, millis) / SECOND, "second");
  }

  private static String count(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}
