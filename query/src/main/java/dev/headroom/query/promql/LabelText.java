package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Printable;

/** Labels in messages: of any length, so cut, and without control characters. */
final class LabelText {
  static String of(Labels labels) {
    String quoted = Printable.quote(labels.toString());
    return quoted.substring(1, quoted.length() - 1).replace("\\\"", "\"");
  }

  private LabelText() {}
}
