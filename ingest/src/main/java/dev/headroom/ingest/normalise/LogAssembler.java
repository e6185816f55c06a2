package dev.headroom.ingest.normalise;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ingest.decode.Decoded;
import dev.headroom.ingest.decode.Decoded.Rejected;
import dev.headroom.ingest.decode.JsonDecoder;
import dev.headroom.ingest.decode.RecordClues;
import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.util.HashMap;
import java.util.Map;

/**
 * Collects the records of one request into a batch: decoded, their time checked, each routed to its
 * stream. A rejected record leaves nothing behind but its count. Not thread-safe.
 */
public final class LogAssembler {
  /** Longest {@code _id}, in UTF-8 bytes, as in Elasticsearch. */
  public static final int MAX_ID_BYTES = 512;

  /** Streams remembered for a request; more than a tenant may have. */
  private static final int MAX_ROUTES = 20_000;

  private static final byte[] NO_SOURCE = new byte[0];

  private static final Rejected BAD_TIME =
      new Rejected("bad_time", "@timestamp", "no time; use ISO 8601 or a number since 1970");

  private final TenantId tenant;
  private final String door;
  private final long receivedAtNanos;
  private final RetentionPolicy retention;
  private final StreamRouter router;
  private final RoutingRules rules;
  private final JsonDecoder decoder = new JsonDecoder();
  private final Map<String, Route> byIndex = new HashMap<>();
  private final Map<String, Route> byName = new HashMap<>();
  private Route lastService;
  private LogBatch.Builder builder;
  private long overflowed;

  /** A stream as this request knows it. */
  private static final class Route {
    private final String name;
    private final byte[] utf8;
    private final TimeWindow window;
    private String admitted = "";
    private StreamAttributes attributes = StreamAttributes.NONE;

    Route(String name, TimeWindow window) {
      this.name = name;
      this.utf8 = name.getBytes(UTF_8);
      this.window = window;
    }
  }

  /**
   * What the sender said beside the record.
   *
   * @param id the sender's {@code _id}, or empty
   * @param expectedPosition for compare and set, or {@link LogRecord#ANY_POSITION}
   * @param timeNanos the event time of a record that tells none
   */
  public record Wanted(LogOp op, String id, long expectedPosition, long timeNanos) {}

  public LogAssembler(
      TenantId tenant,
      String door,
      long receivedAtNanos,
      RetentionPolicy retention,
      StreamRouter router,
      int expectedBytes) {
    this.tenant = tenant;
    this.door = door;
    this.receivedAtNanos = receivedAtNanos;
    this.retention = retention;
    this.router = router;
    this.rules = router.rules().of(tenant);
    this.lastService = namedRoute(StreamKey.DEFAULT);
    this.builder = new LogBatch.Builder(tenant, door, receivedAtNanos, expectedBytes);
  }

  private LogBatch.Builder newBuilder() {
    return new LogBatch.Builder(tenant, door, receivedAtNanos);
  }

  /** A plain new record, without an id, received now. */
  public Wanted wantNew() {
    return new Wanted(LogOp.INDEX, "", LogRecord.ANY_POSITION, receivedAtNanos);
  }

  public long receivedAtNanos() {
    return receivedAtNanos;
  }

  /** Adds a JSON object under that (valid) index name, to the stream it stands for. */
  public Decoded addToIndex(String index, Wanted wanted, byte[] source, int offset, int length) {
    Route route = indexRoute(index);
    Decoded decoded = start(wanted, source, offset, length);
    if (decoded instanceof Rejected) {
      return decoded;
    }
    return finish(route, index, wanted, length);
  }

  /** Adds a JSON object to the stream of that name, or if it is empty to that of its service. */
  public Decoded addToStream(String stream, byte[] source, int offset, int length) {
    Wanted wanted = wantNew();
    Decoded decoded = start(wanted, source, offset, length);
    if (decoded instanceof Rejected) {
      return decoded;
    }
    Route route = stream.isEmpty() ? serviceRoute() : namedRoute(StreamRouter.name(stream));
    return finish(route, route.name, wanted, length);
  }

  /** Adds the removal of an id. */
  public void delete(String index, String id, long expectedPosition) {
    Route route = routed(indexRoute(index), index, StreamAttributes.NONE);
    admit(route);
    builder
        .startRecord(LogOp.DELETE, receivedAtNanos, route.admitted, index, NO_SOURCE, 0, 0)
        .id(id)
        .expectedPosition(expectedPosition)
        .endRecord();
  }

  private Decoded start(Wanted wanted, byte[] source, int offset, int length) {
    builder.startRecord(wanted.op, 0, "", "", source, offset, length);
    Decoded decoded = decoder.decode(builder, source, offset, length);
    if (decoded instanceof Rejected rejected) {
      return cancel(rejected, length);
    }
    return decoder.clues().hasBadTime() ? cancel(BAD_TIME, length) : decoded;
  }

  private Decoded finish(Route own, String index, Wanted wanted, int length) {
    RecordClues clues = decoder.clues();
    Route route =
        routed(own, index, rules.asksForAttributes() ? clues.attributes() : StreamAttributes.NONE);
    long time = clues.timeOr(wanted.timeNanos);
    if (route.window.check(time) instanceof Rejected rejected) {
      return cancel(rejected, length);
    }
    admit(route);
    noteAttributes(route, clues);
    builder.eventTime(time).stream(route.admitted, index).severity(clues.severity());
    if (!wanted.id.isEmpty()) {
      builder.id(wanted.id).expectedPosition(wanted.expectedPosition);
    }
    builder.endRecord();
    return Decoded.ACCEPTED;
  }

  /** The stream that a rule gives the record, else its own. */
  private Route routed(Route own, String index, StreamAttributes attributes) {
    return rules.isEmpty()
        ? own
        : rules.streamOf(own.name, index, attributes).map(this::namedRoute).orElse(own);
  }

  private Decoded cancel(Rejected rejected, int length) {
    builder.cancelRecord();
    builder.reject(rejected.reason(), length);
    return rejected;
  }

  /** Counts an item that was refused before it came here. */
  public void reject(String reason, long bytes) {
    builder.reject(reason, bytes);
  }

  private Route indexRoute(String index) {
    Route route = byIndex.get(index);
    if (route == null) {
      if (byIndex.size() >= MAX_ROUTES) {
        byIndex.clear();
      }
      route = namedRoute(StreamRouter.name(IndexName.withoutDate(index)));
      byIndex.put(index, route);
    }
    return route;
  }

  private Route serviceRoute() {
    RecordClues clues = decoder.clues();
    if (!clues.hasService()) {
      return namedRoute(StreamKey.DEFAULT);
    }
    if (!clues.serviceIs(lastService.utf8)) {
      lastService = namedRoute(StreamRouter.name(clues.service()));
    }
    return lastService;
  }

  private Route namedRoute(String name) {
    Route route = byName.get(name);
    if (route == null) {
      if (byName.size() >= MAX_ROUTES) {
        byName.clear();
      }
      var key = new StreamKey(tenant, name);
      route = new Route(name, TimeWindow.of(retention, key, receivedAtNanos));
      byName.put(name, route);
    }
    return route;
  }

  private void admit(Route route) {
    if (route.admitted.isEmpty()) {
      route.admitted = router.admit(tenant, route.name);
    }
    if (route.admitted.equals(StreamKey.OVERFLOW) && !route.name.equals(StreamKey.OVERFLOW)) {
      overflowed++;
    }
  }

  private void noteAttributes(Route route, RecordClues clues) {
    StreamAttributes known = route.attributes;
    boolean complete =
        !known.service().isEmpty() && !known.environment().isEmpty() && !known.region().isEmpty();
    if (complete || !clues.hasAttributes() || clues.tellsNoMoreThan(known)) {
      return;
    }
    route.attributes = known.orElse(clues.attributes());
    builder.streamAttributes(route.admitted, route.attributes);
  }

  /** Records collected and not yet taken. */
  public int size() {
    return builder.size();
  }

  /** Records sent to the overflow stream so far. */
  public long overflowed() {
    return overflowed;
  }

  /** Values kept in the source only so far. */
  public long unindexedValues() {
    return decoder.unindexedValues();
  }

  /** What was collected, as a batch; the next record starts another. */
  public LogBatch take(long wireBytes) {
    LogBatch batch = builder.build(wireBytes);
    builder = newBuilder();
    byName.values().forEach(route -> route.attributes = StreamAttributes.NONE);
    return batch;
  }

  /** Gives the batch that is taken next the sender's own name for it. */
  public void name(BatchId id) {
    builder.batchId(id);
  }
}
