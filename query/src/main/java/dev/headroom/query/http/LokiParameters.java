package dev.headroom.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import dev.headroom.query.logql.LogQl;
import dev.headroom.query.logql.LogQlParser;
import dev.headroom.query.promql.NumberText;
import dev.headroom.query.promql.PromQlParser;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Parameters of a request to the Loki API, from its form and its URL; the form comes first. */
final class LokiParameters {
  private static final int MAX_SELECTORS = 100;
  private static final Duration DEFAULT_SINCE = Duration.ofHours(1);

  /** Numbers of more digits are nanoseconds, shorter ones seconds. */
  private static final int SECONDS_DIGITS = 10;

  private final QueryParams form;
  private final QueryParams url;
  private final Instant now;

  private LokiParameters(QueryParams form, QueryParams url, Instant now) {
    this.form = form;
    this.url = url;
    this.now = now;
  }

  static LokiParameters of(QueryParams url, Instant now) {
    return new LokiParameters(QueryParams.of(), url, now);
  }

  static LokiParameters of(QueryParams url, AggregatedHttpRequest request, Instant now) {
    MediaType type = request.contentType();
    boolean isForm = type == null || type.is(MediaType.FORM_DATA);
    boolean hasForm = isForm && !request.content().isEmpty();
    QueryParams form =
        hasForm ? QueryParams.fromQueryString(request.contentUtf8()) : QueryParams.of();
    return new LokiParameters(form, url, now);
  }

  Optional<String> text(String name) {
    String value = form.get(name, url.get(name, ""));
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  LogQl query() {
    return LogQlParser.parse(text("query").orElse(""));
  }

  LogQl.Lines lines() {
    return LogQlParser.parseLines(text("query").orElse(""));
  }

  /** A selector that may be left out; {@code {}} is none either. */
  Optional<LogQl.Lines> selector() {
    return text("query")
        .filter(text -> !text.replace(" ", "").equals("{}"))
        .map(LogQlParser::parseLines);
  }

  List<LogQl.Lines> selectors() {
    var given = new ArrayList<String>();
    for (String name : List.of("match[]", "match")) {
      given.addAll(form.getAll(name));
      given.addAll(url.getAll(name));
    }
    if (given.size() > MAX_SELECTORS) {
      throw HeadroomException.invalid("match[]: more than " + MAX_SELECTORS + " selectors");
    }
    return given.stream().map(LogQlParser::parseLines).toList();
  }

  long nowNanos() {
    return TimeRange.nanos(now);
  }

  Optional<Long> time(String name) {
    return text(name).map(text -> nanos(name, text));
  }

  private static long nanos(String name, String text) {
    if (text.matches("-?\\d{1,19}")) {
      try {
        long number = Long.parseLong(text);
        boolean seconds = text.length() <= SECONDS_DIGITS;
        return seconds ? Math.multiplyExact(number, 1_000_000_000L) : number;
      } catch (NumberFormatException | ArithmeticException _) {
        throw notTime(name, text);
      }
    }
    OptionalDouble seconds = NumberText.number(text);
    if (seconds.isPresent() && Math.abs(seconds.getAsDouble()) < 9e9) {
      double value = seconds.getAsDouble();
      long whole = (long) Math.floor(value);
      return whole * 1_000_000_000L + Math.round((value - whole) * 1e9);
    }
    try {
      return TimeRange.nanos(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException _) {
      throw notTime(name, text);
    }
  }

  private static HeadroomException notTime(String name, String text) {
    return HeadroomException.invalid(
        name
            + ": cannot parse "
            + Printable.quote(text)
            + " as a time; expected nanoseconds, seconds or RFC 3339");
  }

  /** From start to before the end; without them the hour up to now. */
  TimeRange range() {
    long end = time("end").orElse(nowNanos() + 1);
    long since = duration("since").orElse(DEFAULT_SINCE).toNanos();
    long start = time("start").orElseGet(() -> Math.min(end, nowNanos()) - since);
    if (end < start) {
      throw HeadroomException.invalid("end timestamp must not be before or equal to start time");
    }
    return new TimeRange(start, end);
  }

  /** {@code 15s}, {@code 15000ms}, or a number of seconds. */
  Optional<Duration> duration(String name) {
    return text(name)
        .map(
            text ->
                PromQlParser.parseDuration(text)
                    .filter(duration -> !duration.isNegative())
                    .orElseThrow(
                        () ->
                            HeadroomException.invalid(
                                name
                                    + ": cannot parse "
                                    + Printable.quote(text)
                                    + " as a duration such as 15s")));
  }

  int number(String name, int otherwise, int max) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.get().matches("\\d{1,9}") || Integer.parseInt(text.get()) == 0) {
      throw HeadroomException.invalid(
          name + ": must be a positive number, got " + Printable.quote(text.get()));
    }
    int number = Integer.parseInt(text.get());
    if (number > max) {
      throw HeadroomException.invalid(
          name.equals("limit")
              ? "max entries limit per query exceeded, limit > max_entries_limit_per_query ("
                  + number
                  + " > "
                  + max
                  + ")"
              : name + ": at most " + max + ", got " + number);
    }
    return number;
  }

  boolean newestFirst() {
    String direction = text("direction").orElse("backward");
    return switch (direction.toLowerCase(java.util.Locale.ROOT)) {
      case "backward" -> true;
      case "forward" -> false;
      default ->
          throw HeadroomException.invalid(
              "direction: expected forward or backward, got " + Printable.quote(direction));
    };
  }

  List<String> list(String name) {
    return text(name).map(text -> List.of(text.split(",", -1))).orElse(List.of()).stream()
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }
}
