package dev.headroom.ingest.decode;

/** What became of one item of a request. */
public sealed interface Decoded {
  Decoded ACCEPTED = new Accepted();

  record Accepted() implements Decoded {}

  /**
   * @param reason a counter label: {@code malformed}, {@code too_old}, {@code too_many_fields} …
   * @param field the field at fault, or empty
   * @param message for the sender: what was wrong and what would be right
   */
  record Rejected(String reason, String field, String message) implements Decoded {
    /** The message with the field before it. */
    public String text() {
      return field.isEmpty() ? message : "field [" + field + "]: " + message;
    }
  }

  static Decoded rejected(String reason, String field, String message) {
    return new Rejected(reason, field, message);
  }
}
