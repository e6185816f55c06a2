package dev.headroom.forecast.report;

import com.linecorp.armeria.common.QueryParams;
import dev.headroom.forecast.series.Basis;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a forecast is asked for.
 *
 * @param fromMillis where the history starts at the earliest
 * @param toMillis the moment the forecast is made at; samples from then on are not known to it
 * @param horizon in steps
 * @param lower what no value can be below; NaN for 0 if the history has nothing below it
 */
record ForecastRequest(
    String query,
    long fromMillis,
    long toMillis,
    long stepMillis,
    int horizon,
    Basis basis,
    double lower,
    double upper,
    String unit,
    Format format) {
  enum Format {
    JSON,
    CSV,
    HTML
  }

  private static final Set<String> PARAMETERS =
      new TreeSet<>(
          List.of(
              "query", "horizon", "step", "basis", "start", "end", "lower", "upper", "unit",
              "format"));

  private static final long MINUTE = 60_000;
  private static final long DAY = 86_400_000;

  /** A month; its readings still fit one range query. */
  private static final long MOST_STEP_MILLIS = 31 * DAY;

  /** So that an answer stays a few hundred kilobytes. */
  private static final int MOST_HORIZON = 1_000;

  /** What history is read without a start: more days tell little, more steps take long. */
  private static final long DEFAULT_HISTORY_MILLIS = 400 * DAY;

  private static final int MOST_HISTORY_STEPS = 2_500;

  private static final Pattern SPAN = Pattern.compile("(\\d{1,9})(ms|s|m|h|d|w|y)");

  /**
   * @throws HeadroomException INVALID with the parameter that is wrong
   */
  static ForecastRequest of(QueryParams parameters, Instant now) {
    for (String name : parameters.names()) {
      if (!PARAMETERS.contains(name)) {
        throw HeadroomException.invalid(
            "unknown parameter "
                + Printable.quote(name)
                + "; there are "
                + String.join(", ", PARAMETERS));
      }
    }
    String query = parameters.get("query", "");
    if (query.isBlank()) {
      throw HeadroomException.invalid("query: missing; give a PromQL expression");
    }
    long step = span(parameters, "step", "1d");
    if (step < MINUTE || step > MOST_STEP_MILLIS) {
      throw HeadroomException.invalid("step: must be 1m to 31d");
    }
    long horizon = Math.ceilDiv(span(parameters, "horizon", "90d"), step);
    if (horizon < 1 || horizon > MOST_HORIZON) {
      throw HeadroomException.invalid(
          "horizon: must be 1 to " + MOST_HORIZON + " steps, got " + horizon);
    }
    long to = parameters.contains("end") ? time(parameters, "end", now) : now.toEpochMilli();
    long from =
        parameters.contains("start")
            ? Math.max(time(parameters, "start", now), to - MOST_HISTORY_STEPS * step)
            : to - Math.min(DEFAULT_HISTORY_MILLIS, MOST_HISTORY_STEPS * step);
    if (from >= to) {
      throw HeadroomException.invalid("start: must be before end");
    }
    double lower = number(parameters, "lower", Double.NaN);
    double upper = number(parameters, "upper", Double.POSITIVE_INFINITY);
    if (lower >= upper) {
      throw HeadroomException.invalid("lower: must be below upper");
    }
    return new ForecastRequest(
        query,
        from,
        to,
        step,
        (int) horizon,
        choice(Basis.class, parameters, "basis", "max"),
        lower,
        upper,
        parameters.get("unit", unitOf(query)),
        choice(Format.class, parameters, "format", "json"));
  }

  /**
   * Where steps begin after a multiple of the step since the epoch, so that weeks begin on Monday.
   */
  long offsetMillis() {
    return stepMillis % (7 * DAY) == 0 ? 4 * DAY : 0;
  }

  /** {@code 90d}, {@code 1h30m}: milliseconds. */
  private static long span(QueryParams parameters, String name, String otherwise) {
    String text = parameters.get(name, otherwise);
    Matcher matcher = SPAN.matcher(text);
    long millis = 0;
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      millis += Long.parseLong(matcher.group(1)) * unitMillis(matcher.group(2));
      end = matcher.end();
    }
    if (end != text.length() || millis <= 0) {
      throw HeadroomException.invalid(
          name + ": " + Printable.quote(text) + " is no length of time such as 90d, 12h or 1h30m");
    }
    return millis;
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> MINUTE;
      case "h" -> 60 * MINUTE;
      case "d" -> DAY;
      case "w" -> 7 * DAY;
      default -> 365 * DAY;
    };
  }

  private static long time(QueryParams parameters, String name, Instant now) {
    try {
      return Math.floorDiv(TimeText.at(now).start(parameters.get(name, "")), 1_000_000L);
    } catch (HeadroomException e) {
      throw new HeadroomException(e.category(), name + ": " + e.getMessage(), e);
    }
  }

  private static double number(QueryParams parameters, String name, double otherwise) {
    String text = parameters.get(name, "");
    try {
      double number = text.isEmpty() ? otherwise : Double.parseDouble(text);
      if (text.isEmpty() || Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw HeadroomException.invalid(name + ": " + Printable.quote(text) + " is no number");
  }

  private static <E extends Enum<E>> E choice(
      Class<E> type, QueryParams parameters, String name, String otherwise) {
    String text = parameters.get(name, otherwise);
    for (E value : type.getEnumConstants()) {
      if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
        return value;
      }
    }
    String known =
        String.join(
            ", ",
            Arrays.stream(type.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList());
    throw HeadroomException.invalid(
        name + ": expected one of " + known + ", found " + Printable.quote(text));
  }

  private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  /** By the suffixes that Prometheus names carry; empty when the query shows none. */
  private static String unitOf(String query) {
    boolean isRate = query.contains("rate(") || query.contains("deriv(");
    Matcher metrics = METRIC.matcher(query);
    while (metrics.find()) {
      String name = metrics.group();
      if (name.endsWith("_bytes") || name.endsWith("_bytes_total")) {
        return isRate ? "B/s" : "B";
      }
      if (name.endsWith("_percent")) {
        return "%";
      }
      if (name.endsWith("_seconds") && !isRate) {
        return "s";
      }
    }
    return "";
  }
}
