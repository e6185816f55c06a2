package dev.headroom.storage.model;

/** How a field's value is held in a batch; the ordinals are part of the frame format (3 bits). */
public enum FieldType {
  /** UTF-8 inside the record's source. */
  SOURCE_TEXT,
  /** UTF-8 beside the source. */
  INLINE_TEXT,
  LONG,
  DOUBLE,
  TRUE,
  FALSE;

  public boolean isText() {
    return this == SOURCE_TEXT || this == INLINE_TEXT;
  }

  public boolean isBoolean() {
    return this == TRUE || this == FALSE;
  }
}
