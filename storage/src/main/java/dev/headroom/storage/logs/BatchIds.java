package dev.headroom.storage.logs;

import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.wal.SyncPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Batches stored under a sender's own id, so that a repeat gets the first answer: the newest
 * 100,000. After a restart those whose frames are still in the WAL are known again.
 */
final class BatchIds {
  private static final int MAX_REMEMBERED = 100_000;

  private record Key(long high, long low) {}

  private record Known(long bodyHigh, long bodyLow, CompletableFuture<AppendResult> answer) {}

  private final Map<Key, Known> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Known> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /**
   * Stores once; a concurrent repeat waits for the first.
   *
   * @throws HeadroomException CONFLICT when the id was used with another body
   */
  AppendResult once(BatchId id, Supplier<AppendResult> store) {
    var mine = new Known(id.bodyHigh(), id.bodyLow(), new CompletableFuture<>());
    var key = new Key(id.keyHigh(), id.keyLow());
    Known first;
    synchronized (known) {
      first = known.putIfAbsent(key, mine);
    }
    if (first == null) {
      return storeFirst(key, mine, store);
    }
    if (first.bodyHigh != id.bodyHigh() || first.bodyLow != id.bodyLow()) {
      throw new HeadroomException(
          ErrorCategory.CONFLICT, "this Idempotency-Key was used with another body; use a new key");
    }
    return repeat(first);
  }

  private AppendResult storeFirst(Key key, Known mine, Supplier<AppendResult> store) {
    try {
      AppendResult result = store.get();
      mine.answer.complete(result);
      return result;
    } catch (RuntimeException e) {
      synchronized (known) {
        known.remove(key);
      }
      mine.answer.completeExceptionally(e);
      throw e;
    }
  }

  private static AppendResult repeat(Known first) {
    try {
      AppendResult result = first.answer.join();
      return new AppendResult(result.items(), result.held(), true);
    } catch (CompletionException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "the first request with this key failed; try again", e);
    }
  }

  /** Learns a batch from its frame. */
  void replayed(BatchId id, LogBatch batch, long position) {
    List<Item> items = new ArrayList<>(batch.size());
    var record = new LogRecord();
    for (int i = 0; i < batch.size(); i++) {
      record.moveTo(batch, i);
      long at = position + i;
      boolean replaces = record.expectedPosition() != LogRecord.ANY_POSITION;
      Outcome outcome =
          record.op() == LogOp.DELETE
              ? Outcome.DELETED
              : replaces ? Outcome.UPDATED : Outcome.CREATED;
      items.add(
          new Item(outcome, at, record.version(), record.id().orElseGet(() -> AutomaticId.of(at))));
    }
    var answer =
        CompletableFuture.completedFuture(new AppendResult(items, SyncPolicy.FSYNC, false));
    synchronized (known) {
      known.put(new Key(id.keyHigh(), id.keyLow()), new Known(id.bodyHigh(), id.bodyLow(), answer));
    }
  }
}
