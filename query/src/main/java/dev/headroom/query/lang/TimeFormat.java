package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TimeRange;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** How an aggregation shows event times: the first of the formats that a request names. */
public final class TimeFormat {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** ISO in UTC, with nanoseconds where there are such. */
  public static final TimeFormat ISO = new TimeFormat(Optional.empty(), ZoneOffset.UTC);

  private final String name;
  private final DateTimeFormatter millis;
  private final DateTimeFormatter nanos;

  private TimeFormat(Optional<String> format, ZoneId zone) {
    String first = format.map(text -> text.split("\\|\\|", -1)[0]).orElse("");
    this.name = first;
    this.millis = formatter(pattern(first, "SSS"), zone);
    this.nanos = formatter(pattern(first, "SSSSSSSSS"), zone);
  }

  /**
   * @throws HeadroomException INVALID when the format is none
   */
  static TimeFormat of(Optional<String> format, ZoneId zone) {
    try {
      return new TimeFormat(format, zone);
    } catch (IllegalArgumentException _) {
      throw HeadroomException.invalid(
          "unsupported date format " + Printable.quote(format.orElse("")));
    }
  }

  private static String pattern(String name, String fraction) {
    return switch (name) {
      case "", "strict_date_optional_time", "date_optional_time", "strict_date_time", "date_time" ->
          "uuuu-MM-dd'T'HH:mm:ss." + fraction + "XXX";
      case "strict_date_optional_time_nanos", "iso8601" -> "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX";
      case "strict_date_time_no_millis", "date_time_no_millis" -> "uuuu-MM-dd'T'HH:mm:ssXXX";
      case "strict_date", "date", "strict_year_month_day", "year_month_day" -> "uuuu-MM-dd";
      case "strict_year_month", "year_month" -> "uuuu-MM";
      case "strict_year", "year" -> "uuuu";
      case "strict_hour_minute", "hour_minute" -> "HH:mm";
      case "strict_date_hour_minute", "date_hour_minute" -> "uuuu-MM-dd'T'HH:mm";
      case "epoch_millis", "epoch_second" -> "";
      default -> name;
    };
  }

  private static DateTimeFormatter formatter(String pattern, ZoneId zone) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(zone);
  }

  public String text(long time) {
    return switch (name) {
      case "epoch_millis" -> Long.toString(Math.floorDiv(time, NANOS_PER_MILLI));
      case "epoch_second" -> Long.toString(Math.floorDiv(time, 1000 * NANOS_PER_MILLI));
      default -> (time % NANOS_PER_MILLI == 0 ? millis : nanos).format(TimeRange.instant(time));
    };
  }
}
