package dev.headroom.ingest.http;

import dev.headroom.ingest.admission.DecodeSlots;
import dev.headroom.ingest.admission.IdempotencyKey;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.decode.Decoded;
import dev.headroom.ingest.decode.Decoded.Rejected;
import dev.headroom.ingest.decode.PartialUpdate;
import dev.headroom.ingest.http.BulkItem.Op;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.ingest.normalise.LogAssembler.Wanted;
import dev.headroom.storage.logs.AppendResult;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out the items of one request, in their order, and leaves in each what became of it. They
 * go into one batch and one fsync; a further one is needed where an update reads what an earlier
 * item of the same batch wrote, and where an update lost against another request.
 *
 * <p>When the store refuses the first batch nothing of the request is stored and the exception goes
 * up; when it refuses a later one the items left are marked to be sent again. Not thread-safe.
 */
final class BulkRun {
  /**
   * @param body that the items' sources are in
   * @param key the sender's name for the request, if it gave one
   */
  record Request(
      TenantId tenant,
      String door,
      byte[] body,
      long wireBytes,
      List<BulkItem> items,
      Optional<IdempotencyKey> key) {}

  private final LogStore store;
  private final IngestMeters meters;
  private final LogAssembler assembler;
  private final DecodeSlots slots;
  private final TenantId tenant;
  private final String door;
  private final byte[] body;
  private final List<BulkItem> items;
  private final Optional<IdempotencyKey> key;
  private long wireBytes;

  /** Items whose records are in the assembler, in its order. */
  private List<BulkItem> pending = new ArrayList<>();

  /** Ids of those, which an update cannot read before they are stored. */
  private final Set<String> touched = new HashSet<>();

  private int batches;
  private boolean storedAny;
  private long repeated;

  BulkRun(
      LogStore store,
      IngestMeters meters,
      LogAssembler assembler,
      DecodeSlots slots,
      Request request) {
    this.store = store;
    this.meters = meters;
    this.assembler = assembler;
    this.slots = slots;
    this.tenant = request.tenant;
    this.door = request.door;
    this.body = request.body;
    this.wireBytes = request.wireBytes;
    this.items = request.items;
    this.key = request.key;
  }

  /**
   * @throws HeadroomException when the store took nothing of the request
   */
  void run() {
    meters.received(door, items.size());
    try {
      int next = 0;
      while (next < items.size()) {
        int from = next;
        next = slots.run(() -> assemble(from));
        flush();
      }
      for (BulkItem item : items) {
        if (item.action.op() == Op.UPDATE && item.countedAs().equals("conflict")) {
          retry(item);
        }
      }
    } catch (HeadroomException e) {
      dropRest(e);
      if (!storedAny) {
        throw e;
      }
    } finally {
      count();
    }
  }

  /** Adds items to the batch until one needs the store to have those before it; its ordinal. */
  private int assemble(int from) {
    int i = from;
    for (; i < items.size(); i++) {
      BulkItem item = items.get(i);
      if (item.isDone()) {
        assembler.reject(item.countedAs(), item.length);
        continue;
      }
      if (!touch(item)) {
        break;
      }
      add(item);
    }
    return i;
  }

  /** Notes the item's id; false for an update of what an earlier item of the batch changes. */
  private boolean touch(BulkItem item) {
    return item.action.id().isEmpty()
        || touched.add(item.action.index() + '\0' + item.action.id())
        || item.action.op() != Op.UPDATE;
  }

  private void add(BulkItem item) {
    BulkItem.Action action = item.action;
    switch (action.op()) {
      case INDEX -> add(item, wanted(LogOp.INDEX, item), body, item.offset, item.length);
      case CREATE -> add(item, wanted(LogOp.CREATE, item), body, item.offset, item.length);
      case DELETE -> {
        assembler.delete(action.index(), action.id(), expected(item));
        pending.add(item);
      }
      case UPDATE -> addUpdate(item);
    }
  }

  private Wanted wanted(LogOp op, BulkItem item) {
    return new Wanted(op, item.action.id(), expected(item), assembler.receivedAtNanos());
  }

  private static long expected(BulkItem item) {
    return item.action.ifSeqNo() < 0 ? LogRecord.ANY_POSITION : item.action.ifSeqNo();
  }

  private void add(BulkItem item, Wanted wanted, byte[] source, int offset, int length) {
    Decoded decoded = assembler.addToIndex(item.action.index(), wanted, source, offset, length);
    if (decoded instanceof Rejected rejected) {
      item.reject(rejected);
    } else {
      pending.add(item);
    }
  }

  /** Reads the record, makes the change, and adds the result under compare and set. */
  private void addUpdate(BulkItem item) {
    PartialUpdate.Read read = PartialUpdate.read(body, item.offset, item.length);
    if (read.update().isEmpty()) {
      item.reject(read.rejected().orElseThrow());
      return;
    }
    PartialUpdate update = read.update().get();
    BulkItem.Action action = item.action;
    Optional<LogHit> current = store.get(tenant, action.index(), action.id());
    if (current.isEmpty()) {
      Optional<byte[]> source = update.whenMissing();
      if (source.isPresent()) {
        add(item, wanted(LogOp.CREATE, item), source.get(), 0, source.get().length);
      } else {
        item.fail(
            404,
            "document_missing_exception",
            "[" + action.id() + "]: document missing",
            "not_found");
      }
      return;
    }
    LogHit hit = current.get();
    Optional<byte[]> source = update.applyTo(hit.source());
    if (source.isEmpty()) {
      item.unchanged(hit.position(), hit.version());
      return;
    }
    long expected = action.ifSeqNo() < 0 ? hit.position() : action.ifSeqNo();
    var wanted = new Wanted(LogOp.INDEX, action.id(), expected, hit.eventTimeNanos());
    add(item, wanted, source.get(), 0, source.get().length);
  }

  private void retry(BulkItem item) {
    boolean mayRetry = item.action.ifSeqNo() < 0;
    for (int i = 0; mayRetry && i < item.action.retries(); i++) {
      if (!item.countedAs().equals("conflict")) {
        return;
      }
      item.reset();
      addUpdate(item);
      flush();
    }
  }

  private void flush() {
    touched.clear();
    if (pending.isEmpty()) {
      tellRejected();
      return;
    }
    key.ifPresent(name -> assembler.name(name.batch(batches)));
    LogBatch batch = assembler.take(wireBytes);
    batches++;
    AppendResult result = store.append(batch);
    if (result.items().size() != pending.size()) {
      throw new HeadroomException(
          ErrorCategory.CONFLICT,
          "a request with this Idempotency-Key was stored before, with other items accepted");
    }
    for (int i = 0; i < pending.size(); i++) {
      pending.get(i).stored(result.items().get(i));
    }
    if (result.repeated()) {
      repeated += pending.stream().filter(item -> item.countedAs().isEmpty()).count();
    }
    storedAny = true;
    wireBytes = 0; // of the request, so counted once
    pending = new ArrayList<>();
  }

  /** The ledger counts what was rejected, even when there is nothing to store with it. */
  private void tellRejected() {
    LogBatch rejected = assembler.take(wireBytes);
    if (!rejected.rejected().isEmpty()) {
      store.append(rejected);
      wireBytes = 0;
    }
  }

  private void dropRest(HeadroomException e) {
    for (BulkItem item : items) {
      if (!item.isDone()) {
        item.drop(e);
      }
    }
  }

  private void count() {
    long stored = -repeated;
    Map<String, Long> rejected = new HashMap<>();
    Map<String, Long> dropped = new HashMap<>();
    for (BulkItem item : items) {
      if (!item.isDone()) {
        dropped.merge("internal", 1L, Long::sum); // an exception nobody foresaw is on its way up
      } else if (item.countedAs().isEmpty()) {
        stored++;
      } else {
        (item.isDropped() ? dropped : rejected).merge(item.countedAs(), 1L, Long::sum);
      }
    }
    meters.stored(door, stored);
    meters.dropped(door, "repeated", repeated);
    rejected.forEach((reason, records) -> meters.rejected(door, reason, records));
    dropped.forEach((reason, records) -> meters.dropped(door, reason, records));
    meters.overflowed(door, assembler.overflowed());
    meters.unindexed(door, assembler.unindexedValues());
  }
}
