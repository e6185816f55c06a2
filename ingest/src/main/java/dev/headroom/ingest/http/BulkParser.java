package dev.headroom.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.headroom.ingest.decode.Decoded.Rejected;
import dev.headroom.ingest.decode.JsonDecoder;
import dev.headroom.ingest.http.BulkItem.Action;
import dev.headroom.ingest.http.BulkItem.Op;
import dev.headroom.ingest.normalise.IndexName;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a bulk body into items: an action line, then its source line unless it is a
 * delete. Lines end with LF or CRLF, the last one with either or nothing; empty lines between
 * actions are skipped. An item that is wrong in itself is done (failed) when this returns; a line
 * that should be an action and is none fails alone, with the source line after it. Not thread-safe.
 */
final class BulkParser {
  /** Actions of one request; each costs memory beside its bytes. */
  static final int MAX_ACTIONS = 500_000;

  private static final int MAX_ACTION_BYTES = 16 << 10;
  static final int DEFAULT_RETRIES = 3;
  private static final int MAX_RETRIES = 10;
  private static final int MAX_KNOWN_INDICES = 20_000;

  private final byte[] bytes;
  private final int end;
  private final String defaultIndex;
  private final List<BulkItem> items = new ArrayList<>();
  private final Map<String, Optional<String>> indexProblems = new HashMap<>();
  private int position;
  private int lineStart;
  private int lineEnd;

  /** The action line read last, when it may be used again for the same bytes. */
  private int lastStart;

  private int lastLength = -1;
  private @Nullable Action lastAction;

  /** What is wrong with the action line read last. */
  private String problem = "";

  /**
   * @param defaultIndex from the path, or empty
   */
  BulkParser(byte[] bytes, int length, String defaultIndex) {
    this.bytes = bytes;
    this.end = length;
    this.defaultIndex = defaultIndex;
    this.position = startsWithMark() ? 3 : 0;
  }

  private boolean startsWithMark() {
    return end >= 3
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }

  /**
   * @throws HeadroomException INVALID when there is no action in the body at all, TOO_LARGE when
   *     there are too many
   */
  List<BulkItem> parse() {
    boolean any = false;
    while (nextLine()) {
      if (lineStart == lineEnd) {
        continue;
      }
      if (items.size() == MAX_ACTIONS) {
        throw new HeadroomException(
            ErrorCategory.TOO_LARGE,
            "more than " + MAX_ACTIONS + " actions; send smaller requests");
      }
      Action action = action();
      if (action == null) {
        addBroken();
      } else {
        any = true;
        addItem(action);
      }
    }
    if (items.isEmpty()) {
      throw HeadroomException.invalid("request body is required");
    }
    if (!any) {
      throw HeadroomException.invalid(items.getFirst().errorReason());
    }
    return items;
  }

  /** Moves to the next line, without its end and the blanks around it. */
  private boolean nextLine() {
    if (position >= end) {
      return false;
    }
    lineStart = position;
    int i = position;
    while (i < end && bytes[i] != '\n') {
      i++;
    }
    position = i + 1;
    while (i > lineStart && isBlank(bytes[i - 1])) {
      i--;
    }
    while (lineStart < i && isBlank(bytes[lineStart])) {
      lineStart++;
    }
    lineEnd = i;
    return true;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\r' || b == '\t';
  }

  private void addItem(Action action) {
    if (!action.op().hasSource()) {
      check(add(action, lineStart, 0));
      return;
    }
    if (!nextLine() || lineStart == lineEnd) {
      reject(add(action, end, 0), "missing_source", "the source line is missing");
      return;
    }
    check(add(action, lineStart, lineEnd - lineStart));
  }

  private BulkItem add(Action action, int offset, int length) {
    var item = new BulkItem(action, items.size(), offset, length);
    items.add(item);
    return item;
  }

  private void addBroken() {
    var action = new Action(Op.INDEX, defaultIndex, "", -1, 0);
    BulkItem item = add(action, lineStart, lineEnd - lineStart);
    item.fail(
        400,
        "illegal_argument_exception",
        "item " + item.ordinal + ": malformed action line: " + problem,
        "bad_action");
    // What follows a broken action is its source, unless it reads as an action itself.
    int mark = position;
    if (nextLine() && (lineStart == lineEnd || action() != null)) {
      position = mark;
    }
  }

  private void check(BulkItem item) {
    String index = item.action.index();
    Optional<String> problem = indexProblems.get(index);
    if (problem == null) {
      problem = IndexName.problem(index);
      if (indexProblems.size() < MAX_KNOWN_INDICES) {
        indexProblems.put(index, problem);
      }
    }
    check(item, problem);
  }

  /** Fails the item if its index name, with that problem if any, or its id may not be used. */
  static void check(BulkItem item, Optional<String> indexProblem) {
    String index = item.action.index();
    String id = item.action.id();
    boolean needsId = item.action.op() == Op.UPDATE || item.action.op() == Op.DELETE;
    if (indexProblem.isPresent()) {
      reject(
          item,
          "invalid_index",
          index.isEmpty()
              ? "index is missing"
              : "Invalid index name [" + printable(index) + "], " + indexProblem.get());
    } else if (isTooLong(id)) {
      item.fail(
          400,
          "illegal_argument_exception",
          "item " + item.ordinal + ": id is longer than " + LogAssembler.MAX_ID_BYTES + " bytes",
          "invalid_id");
    } else if (id.isEmpty() && needsId) {
      item.fail(
          400,
          "action_request_validation_exception",
          "item " + item.ordinal + ": id is missing",
          "invalid_id");
    }
  }

  private static boolean isTooLong(String id) {
    return id.length() > LogAssembler.MAX_ID_BYTES / 3
        && id.getBytes(UTF_8).length > LogAssembler.MAX_ID_BYTES;
  }

  private static String printable(String text) {
    String quoted = Printable.quote(text);
    return quoted.substring(1, quoted.length() - 1);
  }

  private static void reject(BulkItem item, String reason, String message) {
    item.reject(new Rejected(reason, "", message));
  }

  /** The action of the current line; null, with {@link #problem} set, when it is none. */
  private @Nullable Action action() {
    int length = lineEnd - lineStart;
    if (length == lastLength
        && Arrays.equals(bytes, lineStart, lineEnd, bytes, lastStart, lastStart + length)) {
      return lastAction;
    }
    if (length > MAX_ACTION_BYTES) {
      problem = "longer than " + MAX_ACTION_BYTES + " bytes";
      return null;
    }
    if (length < 2 || bytes[lineStart] != '{' || bytes[lineStart + 1] == 0) {
      problem = "a JSON object is expected";
      return null;
    }
    try (JsonParser parser = JsonDecoder.JSON.createParser(bytes, lineStart, length)) {
      Action action = readAction(parser);
      if (action != null) {
        lastStart = lineStart;
        lastLength = length;
        lastAction = action;
      }
      return action;
    } catch (IOException | IllegalStateException e) {
      problem = "malformed JSON";
      return null;
    }
  }

  private @Nullable Action readAction(JsonParser parser) throws IOException {
    parser.nextToken();
    Action action = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Op op = op(parser.currentName());
      JsonToken value = parser.nextToken();
      if (op != null && action == null && value == JsonToken.START_OBJECT) {
        action = readMetadata(parser, op);
      } else {
        parser.skipChildren(); // winston writes "attempts" beside the action
      }
    }
    if (parser.nextToken() != null) {
      problem = "something follows the JSON object";
      return null;
    }
    if (action == null) {
      problem = "one of index, create, update, delete is expected";
    }
    return action;
  }

  private static @Nullable Op op(String name) {
    return switch (name) {
      case "index" -> Op.INDEX;
      case "create" -> Op.CREATE;
      case "update" -> Op.UPDATE;
      case "delete" -> Op.DELETE;
      default -> null;
    };
  }

  private Action readMetadata(JsonParser parser, Op op) throws IOException {
    Op wanted = op;
    String index = defaultIndex;
    String id = "";
    long ifSeqNo = -1;
    int retries = DEFAULT_RETRIES;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!value.isScalarValue() || value == JsonToken.VALUE_NULL) {
        parser.skipChildren();
        continue;
      }
      switch (key) {
        case "_index" -> index = parser.getText();
        case "_id" -> id = parser.getText();
        case "op_type" ->
            wanted = op == Op.INDEX && parser.getText().equals("create") ? Op.CREATE : wanted;
        case "if_seq_no" -> ifSeqNo = parser.getValueAsLong(-1);
        case "retry_on_conflict", "_retry_on_conflict" ->
            retries =
                Math.clamp(parser.getValueAsInt(DEFAULT_RETRIES), DEFAULT_RETRIES, MAX_RETRIES);
        default -> {}
      }
    }
    return new Action(wanted, index, id, ifSeqNo, retries);
  }
}
