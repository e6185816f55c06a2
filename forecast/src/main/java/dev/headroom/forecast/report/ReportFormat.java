package dev.headroom.forecast.report;

import com.linecorp.armeria.common.MediaType;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.List;
import java.util.Locale;

/** How a report is written. */
enum ReportFormat {
  JSON(MediaType.JSON_UTF_8),
  CSV(MediaType.CSV_UTF_8),
  HTML(MediaType.HTML_UTF_8),
  TEXT(MediaType.PLAIN_TEXT_UTF_8);

  private final MediaType type;

  ReportFormat(MediaType type) {
    this.type = type;
  }

  MediaType type() {
    return type;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws HeadroomException INVALID when it is none
   */
  static ReportFormat parse(String text) {
    for (ReportFormat format : values()) {
      if (format.label().equals(text)) {
        return format;
      }
    }
    throw HeadroomException.invalid(
        "format: " + Printable.quote(text) + " must be json, csv, html or text");
  }

  /** The first format that the asker takes by name; JSON where none is named. */
  static ReportFormat of(List<MediaType> accepted) {
    for (MediaType wanted : accepted) {
      for (ReportFormat format : values()) {
        if (wanted.type().equals(format.type.type())
            && wanted.subtype().equals(format.type.subtype())) {
          return format;
        }
      }
    }
    return JSON;
  }
}
