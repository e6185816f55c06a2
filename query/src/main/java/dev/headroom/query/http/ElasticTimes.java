package dev.headroom.query.http;

import dev.headroom.storage.model.TimeRange;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Event times as Elasticsearch shows them. */
final class ElasticTimes {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private static final DateTimeFormatter MILLIS = format("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");
  private static final DateTimeFormatter NANOS = format("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'");

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  static long millis(long nanos) {
    return Math.floorDiv(nanos, NANOS_PER_MILLI);
  }

  /** Milliseconds, or nanoseconds where there are such. */
  static String iso(long nanos) {
    DateTimeFormatter format = nanos % NANOS_PER_MILLI == 0 ? MILLIS : NANOS;
    return format.format(TimeRange.instant(nanos));
  }

  private ElasticTimes() {}
}
