package dev.headroom.storage.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Log records of one tenant and one request, parsed once: flat bytes with offsets. The same bytes
 * are the payload of a log WAL frame ({@code storage/docs/format/log-frame.md}), so what was
 * decoded at the door is neither parsed nor copied again on its way to the index.
 *
 * <p>Immutable and safe to share once built. Records are read through {@link LogRecord}, a view
 * that is moved from one to the next.
 */
public final class LogBatch {
  static final int FORMAT_VERSION = 1;
  private static final byte[] NO_ANSWER = new byte[0];

  private final byte[] bytes;
  private final TenantId tenant;
  private final String door;
  private final long receivedAtNanos;
  private final long wireBytes;
  private final @Nullable BatchId batchId;
  private final byte[] answer;
  private final Map<String, Long> rejected;
  private final long rejectedBytes;
  private final String[] streams;
  private final StreamAttributes[] attributes;
  private final String[] indices;
  private final String[] fieldNames;
  private final int[] recordOffsets;

  private LogBatch(byte[] bytes) {
    this.bytes = bytes;
    var in = new ByteReader(bytes, 0, bytes.length);
    int version = in.readByte();
    if (version != FORMAT_VERSION) {
      throw new IllegalArgumentException("log batch of unknown version " + version);
    }
    this.tenant = new TenantId(in.readString());
    this.door = in.readString();
    this.receivedAtNanos = in.readLong();
    this.wireBytes = in.readVarLong();
    this.batchId = in.readByte() == 1 ? BatchId.read(in) : null;
    this.answer = batchId == null ? NO_ANSWER : answer(in);
    var reasons = new TreeMap<String, Long>();
    for (int i = in.readCount(); i > 0; i--) {
      reasons.put(in.readString(), in.readVarLong());
    }
    this.rejected = java.util.Collections.unmodifiableMap(reasons);
    this.rejectedBytes = in.readVarLong();
    int streamCount = in.readCount();
    this.streams = new String[streamCount];
    this.attributes = new StreamAttributes[streamCount];
    for (int i = 0; i < streamCount; i++) {
      streams[i] = in.readString();
      attributes[i] = new StreamAttributes(in.readString(), in.readString(), in.readString());
    }
    this.indices = in.readStrings();
    this.fieldNames = in.readStrings();
    int count = in.readCount();
    this.recordOffsets = new int[count];
    for (int i = 0; i < count; i++) {
      int length = in.readCount();
      recordOffsets[i] = in.position();
      in.skip(length);
    }
    if (in.remaining() != 0) {
      throw new IllegalArgumentException(in.remaining() + " bytes too many in a log batch");
    }
  }

  private static byte[] answer(ByteReader in) {
    int length = in.readCount();
    int start = in.position();
    in.skip(length);
    return length == 0 ? NO_ANSWER : Arrays.copyOfRange(in.array(), start, start + length);
  }

  /**
   * Reads what {@link #toBytes} gave; keeps the array.
   *
   * @throws IllegalArgumentException when the bytes are no log batch of a known version
   */
  public static LogBatch of(byte[] bytes) {
    try {
      return new LogBatch(bytes);
    } catch (IndexOutOfBoundsException | HeadroomException e) {
      throw new IllegalArgumentException("log batch is damaged: " + e.getMessage(), e);
    }
  }

  /** The batch as bytes; shared, not to be changed. */
  public byte[] toBytes() {
    return bytes;
  }

  public TenantId tenant() {
    return tenant;
  }

  /** The API it came through, for counters: {@code bulk}, {@code ndjson}, {@code syslog_tcp} … */
  public String door() {
    return door;
  }

  /** When the request was received, epoch nanoseconds: the observed time of every record. */
  public long receivedAtNanos() {
    return receivedAtNanos;
  }

  /** Bytes of the request as they came over the wire (compressed, if they were). */
  public long wireBytes() {
    return wireBytes;
  }

  /** The sender's own name for this batch, when it gave one; such a batch is stored once. */
  public java.util.Optional<BatchId> batchId() {
    return java.util.Optional.ofNullable(batchId);
  }

  /**
   * What its sender was answered, for a batch with an id whose records did not all become new ones;
   * the store's own encoding, empty otherwise. Not to be changed.
   */
  public byte[] answer() {
    return answer;
  }

  /** Records of the same request that were not accepted: count by reason. */
  public Map<String, Long> rejected() {
    return rejected;
  }

  /** Decoded bytes of those. */
  public long rejectedBytes() {
    return rejectedBytes;
  }

  /** How many records. */
  public int size() {
    return recordOffsets.length;
  }

  public int streamCount() {
    return streams.length;
  }

  public String stream(int ordinal) {
    return streams[ordinal];
  }

  public StreamAttributes streamAttributes(int ordinal) {
    return attributes[ordinal];
  }

  public int fieldNameCount() {
    return fieldNames.length;
  }

  public String fieldName(int ordinal) {
    return fieldNames[ordinal];
  }

  public int indexCount() {
    return indices.length;
  }

  String index(int ordinal) {
    return indices[ordinal];
  }

  int recordOffset(int i) {
    return recordOffsets[i];
  }

  /** A view on record {@code i}. */
  public LogRecord record(int i) {
    return new LogRecord().moveTo(this, i);
  }

  /**
   * Collects a batch; not thread-safe. A record is {@link #startRecord}, its {@code add…} fields,
   * then {@link #endRecord}; or {@link #cancelRecord}, which forgets it.
   */
  public static final class Builder {
    private final TenantId tenant;
    private final String door;
    private final long receivedAtNanos;
    private @Nullable BatchId batchId;
    private byte[] answer = NO_ANSWER;
    private final Map<String, Integer> streams = new LinkedHashMap<>();
    private final Map<String, StreamAttributes> attributes = new HashMap<>();
    private final Map<String, Integer> indices = new LinkedHashMap<>();
    private final Map<String, Integer> fieldNames = new LinkedHashMap<>();
    private final TreeMap<String, Long> rejected = new TreeMap<>();
    private long rejectedBytes;
    private final ByteWriter records;
    private final ByteWriter head = new ByteWriter(64);
    private final ByteWriter fields = new ByteWriter(512);
    private LogOp op = LogOp.INDEX;
    private long eventTimeNanos;
    private String stream = "";
    private String index = "";
    private byte[] source = new byte[0];
    private int sourceOffset;
    private int sourceLength;
    private int fieldCount;
    private int size;

    public Builder(TenantId tenant, String door, long receivedAtNanos) {
      this(tenant, door, receivedAtNanos, 1 << 12);
    }

    /**
     * @param expectedBytes to make room for at once; it grows past them as needed
     */
    public Builder(TenantId tenant, String door, long receivedAtNanos, int expectedBytes) {
      this.tenant = tenant;
      this.door = door;
      this.receivedAtNanos = receivedAtNanos;
      this.records = new ByteWriter(expectedBytes);
    }

    public Builder batchId(BatchId id) {
      this.batchId = id;
      return this;
    }

    /** Kept with the batch id; see {@link LogBatch#answer}. */
    public Builder answer(byte[] encoded) {
      this.answer = encoded;
      return this;
    }

    /** Counts a record of this request that was not accepted, so that flows are complete. */
    public Builder reject(String reason, long bytes) {
      rejected.merge(reason, 1L, Long::sum);
      rejectedBytes += bytes;
      return this;
    }

    /** Takes over the rejections of another batch of the same request. */
    public Builder rejections(LogBatch from) {
      rejected.putAll(from.rejected());
      rejectedBytes += from.rejectedBytes();
      return this;
    }

    /** Adds what is known of a stream; may be called once or often for each. */
    public Builder streamAttributes(String stream, StreamAttributes known) {
      attributes.merge(stream, known, StreamAttributes::orElse);
      return this;
    }

    /**
     * Starts a record. The source bytes are copied when it ends.
     *
     * @param index the index name the sender used, or the stream's name
     * @param source the original record, as it is given back by a search
     */
    public Builder startRecord(
        long eventTimeNanos, String stream, String index, byte[] source, int offset, int length) {
      return startRecord(LogOp.INDEX, eventTimeNanos, stream, index, source, offset, length);
    }

    public Builder startRecord(
        LogOp op,
        long eventTimeNanos,
        String stream,
        String index,
        byte[] source,
        int offset,
        int length) {
      this.op = op;
      this.eventTimeNanos = eventTimeNanos;
      this.stream = stream;
      this.index = index;
      this.source = source;
      this.sourceOffset = offset;
      this.sourceLength = length;
      fields.reset();
      fieldCount = 0;
      severity = 0;
      id = null;
      expectedPosition = LogRecord.ANY_POSITION;
      version = 1;
      return this;
    }

    /** Sets the event time of the started record, when its fields told it. */
    public Builder eventTime(long nanos) {
      this.eventTimeNanos = nanos;
      return this;
    }

    /** Sets the stream and index name of the started record, when its fields told them. */
    public Builder stream(String name, String indexName) {
      this.stream = name;
      this.index = indexName;
      return this;
    }

    private long version = 1;
    private int severity;
    private byte @Nullable [] id;
    private long expectedPosition = LogRecord.ANY_POSITION;

    /** OpenTelemetry severity number, 1 to 24; 0 is unknown. */
    public Builder severity(int number) {
      this.severity = number;
      return this;
    }

    /** The {@code _id} that the sender gave. */
    public Builder id(String value) {
      this.id = value.getBytes(UTF_8);
      return this;
    }

    /** Accept only if the live record of that id is the one at this position (compare and set). */
    public Builder expectedPosition(long position) {
      this.expectedPosition = position;
      return this;
    }

    /** The number of this change of its id, from 1. */
    public Builder version(long number) {
      this.version = number;
      return this;
    }

    /** Starts a record that is another one's copy, fields and all; end it with endRecord. */
    public Builder copyRecord(LogRecord from, LogOp op) {
      startRecord(
          op,
          from.eventTimeNanos(),
          from.stream(),
          from.index(),
          from.bytes(),
          from.sourceOffset(),
          from.sourceLength());
      streamAttributes(from.stream(), from.batch().streamAttributes(from.streamOrdinal()));
      severity(from.severity());
      from.id().ifPresent(this::id);
      from.rewindFields();
      while (from.nextField()) {
        copyField(from);
      }
      return this;
    }

    private void copyField(LogRecord from) {
      String name = from.fieldName();
      switch (from.fieldType()) {
        case SOURCE_TEXT ->
            addSourceText(name, from.textOffset() - from.sourceOffset(), from.textLength());
        case INLINE_TEXT -> addText(name, from.bytes(), from.textOffset(), from.textLength());
        case LONG -> addLong(name, from.longValue());
        case DOUBLE -> addDouble(name, from.doubleValue());
        case TRUE, FALSE -> addBoolean(name, from.booleanValue());
      }
    }

    /**
     * The ordinal of a field name in this batch, for a decoder that meets it in every record; names
     * are never forgotten.
     */
    public int fieldName(String name) {
      return ordinal(fieldNames, name);
    }

    /** A text value that stands, without escapes, in the source at that offset. */
    public Builder addSourceText(int fieldName, int offsetInSource, int length) {
      startField(fieldName, FieldType.SOURCE_TEXT);
      fields.writeVarInt(offsetInSource);
      fields.writeVarInt(length);
      return this;
    }

    public Builder addSourceText(String field, int offsetInSource, int length) {
      return addSourceText(fieldName(field), offsetInSource, length);
    }

    /** A text value in UTF-8 (unescaped, or not part of the source). */
    public Builder addText(int fieldName, byte[] utf8, int offset, int length) {
      startField(fieldName, FieldType.INLINE_TEXT);
      fields.writeVarInt(length);
      fields.write(utf8, offset, length);
      return this;
    }

    public Builder addText(String field, byte[] utf8, int offset, int length) {
      return addText(fieldName(field), utf8, offset, length);
    }

    public Builder addText(String field, String value) {
      byte[] utf8 = value.getBytes(UTF_8);
      return addText(field, utf8, 0, utf8.length);
    }

    public Builder addLong(int fieldName, long value) {
      startField(fieldName, FieldType.LONG);
      fields.writeZigZag(value);
      return this;
    }

    public Builder addLong(String field, long value) {
      return addLong(fieldName(field), value);
    }

    public Builder addDouble(int fieldName, double value) {
      startField(fieldName, FieldType.DOUBLE);
      fields.writeLong(Double.doubleToRawLongBits(value));
      return this;
    }

    public Builder addDouble(String field, double value) {
      return addDouble(fieldName(field), value);
    }

    public Builder addBoolean(int fieldName, boolean value) {
      startField(fieldName, value ? FieldType.TRUE : FieldType.FALSE);
      return this;
    }

    public Builder addBoolean(String field, boolean value) {
      return addBoolean(fieldName(field), value);
    }

    private void startField(int fieldName, FieldType type) {
      fields.writeVarInt(fieldName << 3 | type.ordinal());
      fieldCount++;
    }

    public void endRecord() {
      head.reset();
      head.writeByte(op.ordinal());
      head.writeLong(eventTimeNanos);
      head.writeVarInt(ordinal(streams, stream));
      head.writeVarInt(ordinal(indices, index));
      head.writeByte(severity);
      head.writeVarInt(id == null ? 0 : id.length);
      if (id != null) {
        head.write(id, 0, id.length);
      }
      head.writeZigZag(expectedPosition);
      head.writeVarLong(version);
      head.writeVarInt(sourceLength);
      int bodyLength =
          head.length() + sourceLength + ByteWriter.varIntLength(fieldCount) + fields.length();
      records.writeVarInt(bodyLength);
      records.write(head.array(), 0, head.length());
      records.write(source, sourceOffset, sourceLength);
      records.writeVarInt(fieldCount);
      records.write(fields.array(), 0, fields.length());
      size++;
    }

    /** Forgets the record that was started; the next call is {@code startRecord}. */
    public void cancelRecord() {
      fields.reset();
      fieldCount = 0;
    }

    public int size() {
      return size;
    }

    /** Bytes so far, near enough to decide when a batch is full. */
    public int lengthInBytes() {
      return records.length();
    }

    public LogBatch build(long wireBytes) {
      var out = new ByteWriter(1024);
      out.writeByte(FORMAT_VERSION);
      out.writeString(tenant.value());
      out.writeString(door);
      out.writeLong(receivedAtNanos);
      out.writeVarLong(wireBytes);
      out.writeByte(batchId == null ? 0 : 1);
      if (batchId != null) {
        batchId.write(out);
        out.writeVarInt(answer.length);
        out.write(answer, 0, answer.length);
      }
      out.writeVarInt(rejected.size());
      rejected.forEach(
          (reason, count) -> {
            out.writeString(reason);
            out.writeVarLong(count);
          });
      out.writeVarLong(rejectedBytes);
      out.writeVarInt(streams.size());
      for (String stream : streams.keySet()) {
        StreamAttributes known = attributes.getOrDefault(stream, StreamAttributes.NONE);
        out.writeString(stream);
        out.writeString(known.service());
        out.writeString(known.environment());
        out.writeString(known.region());
      }
      out.writeStrings(List.copyOf(indices.keySet()));
      out.writeStrings(List.copyOf(fieldNames.keySet()));
      out.writeVarInt(size);
      byte[] bytes = Arrays.copyOf(out.array(), Math.addExact(out.length(), records.length()));
      System.arraycopy(records.array(), 0, bytes, out.length(), records.length());
      return new LogBatch(bytes);
    }

    private static int ordinal(Map<String, Integer> table, String key) {
      Integer known = table.get(key);
      if (known != null) {
        return known;
      }
      table.put(key, table.size());
      return table.size() - 1;
    }
  }
}
