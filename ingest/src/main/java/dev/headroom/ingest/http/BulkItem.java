package dev.headroom.ingest.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.headroom.ingest.decode.Decoded.Rejected;
import dev.headroom.storage.logs.AppendResult;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One action of a bulk request and what became of it. Not thread-safe. */
final class BulkItem {
  enum Op {
    INDEX,
    CREATE,
    UPDATE,
    DELETE;

    private final String label = name().toLowerCase(Locale.ROOT);

    String label() {
      return label;
    }

    boolean hasSource() {
      return this != DELETE;
    }
  }

  /**
   * The action line.
   *
   * @param id the sender's, or empty
   * @param ifSeqNo for compare and set; −1 is none
   */
  record Action(Op op, String index, String id, long ifSeqNo, int retries) {}

  final Action action;

  /** Place of the action among those of the request, from 0. */
  final int ordinal;

  /** The source line in the body. */
  final int offset;

  final int length;

  private int status;
  private String result = "";
  private String id;
  private long version;
  private long position = -1;
  private @Nullable String errorType;
  private String errorReason = "";

  /** The label that counts it among the rejected or dropped; empty when it was stored. */
  private String countedAs = "";

  private boolean dropped;

  BulkItem(Action action, int ordinal, int offset, int length) {
    this.action = action;
    this.ordinal = ordinal;
    this.offset = offset;
    this.length = length;
    this.id = action.id;
  }

  int status() {
    return status;
  }

  boolean isDone() {
    return status != 0;
  }

  boolean isError() {
    return errorType != null;
  }

  String errorType() {
    return errorType == null ? "" : errorType;
  }

  String errorReason() {
    return errorReason;
  }

  String countedAs() {
    return countedAs;
  }

  boolean isDropped() {
    return dropped;
  }

  void stored(AppendResult.Item item) {
    id = item.id();
    version = item.version();
    position = item.position();
    switch (item.outcome()) {
      case CREATED -> succeed(201, "created");
      case UPDATED -> succeed(200, "updated");
      case DELETED -> succeed(200, "deleted");
      case NOT_FOUND -> {
        succeed(404, "not_found");
        countedAs = "not_found";
      }
      case CONFLICT -> conflict();
    }
  }

  private void succeed(int newStatus, String newResult) {
    status = newStatus;
    result = newResult;
  }

  private void conflict() {
    boolean exists = action.op == Op.CREATE;
    fail(
        409,
        "version_conflict_engine_exception",
        "["
            + id
            + "]: version conflict, "
            + (exists
                ? "document already exists (current version [" + version + "])"
                : "current document has changed since it was read"),
        "conflict");
  }

  /** An update that changes nothing. */
  void unchanged(long currentPosition, long currentVersion) {
    position = currentPosition;
    version = currentVersion;
    succeed(200, "noop");
  }

  void reject(Rejected rejected) {
    boolean name = rejected.reason().equals("invalid_index");
    fail(
        400,
        name ? "invalid_index_name_exception" : "document_parsing_exception",
        name ? rejected.message() : "item " + ordinal + ": " + rejected.text(),
        rejected.reason());
  }

  void fail(int newStatus, String type, String reason, String label) {
    status = newStatus;
    errorType = type;
    errorReason = reason;
    countedAs = label;
  }

  /** Forgets what became of it, to be tried again. */
  void reset() {
    status = 0;
    errorType = null;
    countedAs = "";
  }

  /** The store took nothing; serious senders try such an item again. */
  void drop(HeadroomException e) {
    boolean busy = e.category() == ErrorCategory.OVERLOADED;
    fail(
        busy ? 429 : 503,
        busy ? "es_rejected_execution_exception" : "unavailable_shards_exception",
        String.valueOf(e.getMessage()),
        e.category().name().toLowerCase(Locale.ROOT));
    dropped = true;
  }

  // Encoded once: a large answer repeats them for every item.
  private static final SerializableString INDEX = new SerializedString("_index");
  private static final SerializableString TYPE = new SerializedString("_type");
  private static final SerializableString DOC = new SerializedString("_doc");
  private static final SerializableString ID = new SerializedString("_id");
  private static final SerializableString VERSION = new SerializedString("_version");
  private static final SerializableString RESULT = new SerializedString("result");
  private static final SerializableString SEQ_NO = new SerializedString("_seq_no");
  private static final SerializableString PRIMARY_TERM = new SerializedString("_primary_term");
  private static final SerializableString STATUS = new SerializedString("status");

  /** The item as an element of the answer, in the order of keys that clients rely on. */
  void write(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeObjectFieldStart(action.op.label());
    writeName(out);
    if (errorType == null) {
      writeOutcome(out);
      writeNumber(out, STATUS, status);
    } else {
      writeNumber(out, STATUS, status);
      out.writeObjectFieldStart("error");
      ElasticAnswer.writeError(out, errorType, errorReason);
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  /** As the answer of a call for one document; not for errors. */
  void writeDocument(JsonGenerator out) throws IOException {
    out.writeStartObject();
    writeName(out);
    writeOutcome(out);
    out.writeEndObject();
  }

  private static void writeNumber(JsonGenerator out, SerializableString name, long value)
      throws IOException {
    out.writeFieldName(name);
    out.writeNumber(value);
  }

  private void writeName(JsonGenerator out) throws IOException {
    out.writeFieldName(INDEX);
    out.writeString(action.index);
    out.writeFieldName(TYPE);
    out.writeString(DOC);
    out.writeFieldName(ID);
    if (id.isEmpty()) {
      out.writeNull();
    } else {
      out.writeString(id);
    }
  }

  private void writeOutcome(JsonGenerator out) throws IOException {
    writeNumber(out, VERSION, version);
    out.writeFieldName(RESULT);
    out.writeString(result);
    ElasticAnswer.writeShards(out);
    if (position >= 0) {
      writeNumber(out, SEQ_NO, position);
      writeNumber(out, PRIMARY_TERM, 1);
    }
  }
}
