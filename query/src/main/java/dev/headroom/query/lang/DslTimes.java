package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TimeRange;
import java.time.DateTimeException;
import java.time.ZoneId;

/** Points in time as a request's {@code format} and {@code time_zone} say. */
record DslTimes(TimeText text) {
  static DslTimes of(TimeText times, DslNode node) {
    ZoneId zone = node.get("time_zone").map(n -> zone(n.text())).orElse(times.zone());
    TimeText.Epoch epoch =
        node.get("format").map(n -> epoch(n.text())).orElse(TimeText.Epoch.MILLIS);
    return new DslTimes(new TimeText(times.now(), zone, epoch));
  }

  static ZoneId zone(String id) {
    try {
      return ZoneId.of(id);
    } catch (DateTimeException _) {
      throw HeadroomException.invalid("unknown time zone " + Printable.quote(id));
    }
  }

  /** Every ISO form is read whatever the format, so only its kind of number matters. */
  private static TimeText.Epoch epoch(String formats) {
    var epoch = TimeText.Epoch.MILLIS;
    for (String format : formats.split("\\|\\|", -1)) {
      switch (format) {
        case "epoch_second" -> epoch = TimeText.Epoch.SECONDS;
        case "epoch_millis",
            "strict_date_optional_time",
            "strict_date_optional_time_nanos",
            "date_optional_time",
            "strict_date_time",
            "date_time",
            "strict_date",
            "date",
            "iso8601",
            "yyyy-MM-dd",
            "yyyy-MM-dd HH:mm:ss" -> {}
        default ->
            throw HeadroomException.invalid("unsupported date format " + Printable.quote(format));
      }
    }
    return epoch;
  }

  TimeRange span(DslNode node) {
    return text.span(node.text());
  }
}
