package dev.headroom.storage.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * A view on one record of a {@link LogBatch}; move it instead of making a new one. Fields are read
 * front to back with {@link #nextField}; texts are slices of {@link #bytes}, which nobody may
 * change. Not thread-safe.
 */
public final class LogRecord {
  /** {@link #expectedPosition} of a record that asks for none. */
  public static final long ANY_POSITION = -1;

  private static final FieldType[] TYPES = FieldType.values();
  private static final LogOp[] OPS = LogOp.values();

  @SuppressWarnings("NullAway.Init")
  private LogBatch batch;

  private final ByteReader in = new ByteReader(new byte[0], 0, 0);
  private LogOp op = LogOp.INDEX;
  private long eventTimeNanos;
  private int stream;
  private int index;
  private int severity;
  private int idOffset;
  private int idLength;
  private long expectedPosition;
  private long version;
  private int sourceOffset;
  private int sourceLength;
  private int fieldCount;
  private int fieldsOffset;
  private int fieldsLeft;
  private int fieldName;
  private FieldType fieldType = FieldType.LONG;
  private int textOffset;
  private int textLength;
  private long bits;

  /** A view on nothing yet. */
  public LogRecord() {}

  public LogRecord moveTo(LogBatch newBatch, int i) {
    this.batch = newBatch;
    byte[] bytes = newBatch.toBytes();
    int offset = newBatch.recordOffset(i);
    in.reset(bytes, offset, bytes.length - offset);
    op = OPS[in.readByte()];
    eventTimeNanos = in.readLong();
    stream = in.readVarInt();
    index = in.readVarInt();
    severity = in.readByte();
    idLength = in.readVarInt();
    idOffset = in.position();
    in.skip(idLength);
    expectedPosition = in.readZigZag();
    version = in.readVarLong();
    sourceLength = in.readVarInt();
    sourceOffset = in.position();
    in.skip(sourceLength);
    fieldCount = in.readVarInt();
    fieldsOffset = in.position();
    fieldsLeft = fieldCount;
    return this;
  }

  public LogBatch batch() {
    return batch;
  }

  public LogOp op() {
    return op;
  }

  public long eventTimeNanos() {
    return eventTimeNanos;
  }

  /** Ordinal of the stream in the batch. */
  public int streamOrdinal() {
    return stream;
  }

  public String stream() {
    return batch.stream(stream);
  }

  /** Ordinal of the index name in the batch. */
  public int indexOrdinal() {
    return index;
  }

  /** The index name the sender used (for other doors the stream's name). */
  public String index() {
    return batch.index(index);
  }

  /** OpenTelemetry severity number, 1 to 24; 0 is unknown. */
  public int severity() {
    return severity;
  }

  /** The {@code _id} that the sender gave, if it gave one. */
  public Optional<String> id() {
    return hasId() ? Optional.of(new String(bytes(), idOffset, idLength, UTF_8)) : Optional.empty();
  }

  public boolean hasId() {
    return idLength > 0;
  }

  /**
   * As it comes in: accept only if the live record of the id is at this position. As it is stored:
   * the position of the record that this one replaces or deletes, see {@link #replacedPosition}.
   */
  public long expectedPosition() {
    return expectedPosition;
  }

  /** How a stored record says that it replaces record {@code i} of its own frame. */
  public static long inFrame(int i) {
    return -2L - i;
  }

  /**
   * Position of the stored record that this stored one replaces or deletes; {@link #ANY_POSITION}
   * when it replaces none.
   */
  public long replacedPosition(long positionOfFrame) {
    return expectedPosition < ANY_POSITION
        ? positionOfFrame - 2L - expectedPosition
        : expectedPosition;
  }

  /** The number of this change of its id, from 1. */
  public long version() {
    return version;
  }

  /** The array that holds the source and every text value. */
  public byte[] bytes() {
    return batch.toBytes();
  }

  public int sourceOffset() {
    return sourceOffset;
  }

  /** Decoded raw bytes of this record. */
  public int sourceLength() {
    return sourceLength;
  }

  public byte[] source() {
    return java.util.Arrays.copyOfRange(bytes(), sourceOffset, sourceOffset + sourceLength);
  }

  public int fieldCount() {
    return fieldCount;
  }

  /** Goes back to before the first field. */
  public void rewindFields() {
    in.seek(fieldsOffset);
    fieldsLeft = fieldCount;
  }

  /** Moves to the next field; false after the last. */
  public boolean nextField() {
    if (fieldsLeft == 0) {
      return false;
    }
    fieldsLeft--;
    int key = in.readVarInt();
    fieldName = key >>> 3;
    fieldType = TYPES[key & 7];
    switch (fieldType) {
      case SOURCE_TEXT -> {
        textOffset = sourceOffset + in.readVarInt();
        textLength = in.readVarInt();
      }
      case INLINE_TEXT -> {
        textLength = in.readVarInt();
        textOffset = in.position();
        in.skip(textLength);
      }
      case LONG -> bits = in.readZigZag();
      case DOUBLE -> bits = in.readLong();
      case TRUE -> bits = 1;
      case FALSE -> bits = 0;
    }
    return true;
  }

  /** Ordinal of the current field's name in the batch. */
  public int fieldNameOrdinal() {
    return fieldName;
  }

  public String fieldName() {
    return batch.fieldName(fieldName);
  }

  public FieldType fieldType() {
    return fieldType;
  }

  public int textOffset() {
    return textOffset;
  }

  public int textLength() {
    return textLength;
  }

  public String text() {
    return new String(bytes(), textOffset, textLength, UTF_8);
  }

  public long longValue() {
    return bits;
  }

  public double doubleValue() {
    return Double.longBitsToDouble(bits);
  }

  public boolean booleanValue() {
    return bits == 1;
  }
}
