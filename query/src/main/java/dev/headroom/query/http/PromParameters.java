package dev.headroom.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.query.promql.NumberText;
import dev.headroom.query.promql.PromQlParser;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Parameters of a request, from its form and its URL; the form comes first. */
final class PromParameters {
  private static final QueryParams NONE = QueryParams.of();

  /** So many selectors are a mistake. */
  private static final int MAX_SELECTORS = 100;

  private final QueryParams form;
  private final QueryParams url;

  private PromParameters(QueryParams form, QueryParams url) {
    this.form = form;
    this.url = url;
  }

  static PromParameters of(QueryParams url, AggregatedHttpRequest request) {
    MediaType type = request.contentType();
    boolean isForm = type == null || type.is(MediaType.FORM_DATA);
    boolean hasForm = isForm && !request.content().isEmpty();
    QueryParams form = hasForm ? QueryParams.fromQueryString(request.contentUtf8()) : NONE;
    return new PromParameters(form, url);
  }

  Optional<String> text(String name) {
    String value = form.get(name, url.get(name, ""));
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private List<String> all(String name) {
    var values = new ArrayList<>(form.getAll(name));
    values.addAll(url.getAll(name));
    return values;
  }

  /** The query, read once here so that its errors name the parameter. */
  String query() {
    String query = text("query").orElse("");
    read("query", query, PromQlParser::parse);
    return query;
  }

  Optional<Long> time(String name) {
    return text(name).map(text -> read(name, text, PromParameters::millis));
  }

  long requiredTime(String name) {
    return time(name).orElseThrow(() -> invalid(name, "cannot parse \"\" to a valid timestamp"));
  }

  Optional<Duration> duration(String name) {
    return text(name).map(text -> read(name, text, PromParameters::durationOf));
  }

  /** 0 for no limit. */
  int limit() {
    return text("limit")
        .map(
            text ->
                read(
                    "limit",
                    text,
                    t -> {
                      if (!t.matches("\\d{1,9}")) {
                        throw HeadroomException.invalid(
                            "limit must be a whole number of at least 0, got "
                                + Printable.quote(t));
                      }
                      return Integer.parseInt(t);
                    }))
        .orElse(0);
  }

  /** The selectors of {@code match[]}; a series need match only one. */
  List<List<LabelMatcher>> selectors() {
    List<String> given = all("match[]");
    if (given.size() > MAX_SELECTORS) {
      throw invalid("match[]", "more than " + MAX_SELECTORS + " selectors");
    }
    return given.stream()
        .map(text -> read("match[]", text, t -> PromQlParser.parseSelector(t).allMatchers()))
        .toList();
  }

  private static <T> T read(String name, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (HeadroomException e) {
      throw new HeadroomException(e.category(), message(name, String.valueOf(e.getMessage())), e);
    }
  }

  private static HeadroomException invalid(String name, String message) {
    return HeadroomException.invalid(message(name, message));
  }

  private static String message(String name, String message) {
    return "invalid parameter \"" + name + "\": " + message;
  }

  /** Seconds with a fraction, or RFC 3339; cut to what the engine can count. */
  private static long millis(String text) {
    OptionalDouble seconds = NumberText.number(text);
    if (seconds.isPresent() && !Double.isNaN(seconds.getAsDouble())) {
      double max = MetricEngine.MAX_TIME_MILLIS / 1000.0;
      return Math.round(Math.max(-max, Math.min(max, seconds.getAsDouble())) * 1000);
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException _) {
      return bound(text);
    }
  }

  /** The least and the greatest time of Go, which clients send for "all". */
  private static long bound(String text) {
    return switch (text) {
      case "-292273086-05-16T16:47:06Z" -> -MetricEngine.MAX_TIME_MILLIS;
      case "292277025-08-18T07:12:54.999999999Z" -> MetricEngine.MAX_TIME_MILLIS;
      default ->
          throw HeadroomException.invalid(
              "cannot parse " + Printable.quote(text) + " to a valid timestamp");
    };
  }

  private static Duration durationOf(String text) {
    Optional<Duration> duration = PromQlParser.parseDuration(text);
    return duration.orElseThrow(
        () ->
            HeadroomException.invalid(
                "cannot parse " + Printable.quote(text) + " to a valid duration"));
  }
}
