package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.BatchIdPage.Entry;
import dev.headroom.storage.logs.BatchIdPage.Match;
import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.wal.SyncPolicy;
import dev.headroom.storage.wal.WalConfig;
import dev.headroom.storage.wal.WalDamage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Batches stored under a sender's own id, so that a repeat gets the first answer and is not stored
 * again: for a day, or the last ones within the limits.
 *
 * <p>An id is learnt when its frame is durable, from the frame, which is also how a start learns
 * it; it is written down before the frame may be cut off. So an id is known exactly when its batch
 * is stored.
 *
 * <p><i>Threads.</i> Senders ask, the WAL's writer tells what is durable, the indexing thread makes
 * checkpoints; all under one lock, which is never held while a disk is waited for.
 */
final class BatchIds implements AutoCloseable {
  /**
   * @param maxEntries of all tenants
   * @param maxPerTenant of one
   * @param pageEntries how many are packed together
   * @param kept how long an id is remembered
   */
  record Limits(long maxEntries, long maxPerTenant, int pageEntries, Duration kept) {
    private static final long MAX_ENTRIES = 8_000_000;
    private static final long MAX_PER_TENANT = 2_000_000;
    private static final int BYTES_PER_ENTRY = 32;
    private static final int HEAP_SHARE = 16;

    /** Eight million, or what fits a sixteenth of the heap. */
    static final Limits DEFAULT = forHeap(Runtime.getRuntime().maxMemory());

    static Limits forHeap(long heapBytes) {
      long fits = heapBytes / HEAP_SHARE / BYTES_PER_ENTRY;
      return new Limits(
          Math.min(MAX_ENTRIES, fits),
          Math.min(MAX_PER_TENANT, fits),
          1 << 17,
          Duration.ofHours(24));
    }
  }

  private static final long MAX_PAGE_SECONDS = 3600;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private record Key(long high, long low) {}

  /** A batch not yet in a page: on its way, or answered. */
  private static final class Young {
    private final BatchId id;
    private final @Nullable CompletableFuture<AppendResult> onItsWay;
    private @Nullable Entry stored;
    private boolean isWrittenDown;

    Young(BatchId id, @Nullable CompletableFuture<AppendResult> onItsWay) {
      this.id = id;
      this.onItsWay = onItsWay;
    }
  }

  private final Limits limits;
  private final InstantSource clock;
  private final BatchIdLog log;

  // Guarded by this.
  private final Map<Key, Young> young = new LinkedHashMap<>();
  private final BatchIdPages pages;
  private List<Entry> unwritten = new ArrayList<>();
  private long pageBegunSeconds;

  private BatchIds(BatchIdLog log, Limits limits, InstantSource clock) {
    this.log = log;
    this.limits = limits;
    this.clock = clock;
    this.pages = new BatchIdPages(limits);
    this.pageBegunSeconds = nowSeconds();
  }

  static BatchIds open(WalConfig logWal, Limits limits, InstantSource clock) {
    var ids = new BatchIds(new BatchIdLog(logWal), limits, clock);
    try {
      ids.load();
      return ids;
    } catch (RuntimeException e) {
      ids.close();
      throw e;
    }
  }

  /** What of the log of batch ids could not be read. */
  List<WalDamage> damage() {
    return log.damage();
  }

  private synchronized void load() {
    long oldest = nowSeconds() - limits.kept().toSeconds();
    List<Entry> page = new ArrayList<>();
    log.replay(
        entry -> {
          if (entry.seconds() >= oldest) {
            page.add(entry);
          }
          if (page.size() >= limits.pageEntries()) {
            pages.add(new BatchIdPage(page));
            page.clear();
          }
        });
    if (!page.isEmpty()) {
      pages.add(new BatchIdPage(page));
    }
  }

  private long nowSeconds() {
    return clock.instant().getEpochSecond();
  }

  /**
   * Stores once; a concurrent repeat waits for the first.
   *
   * @throws HeadroomException CONFLICT when the id was used with another body
   */
  AppendResult once(LogBatch batch, Supplier<AppendResult> store) {
    BatchId id = batch.batchId().orElseThrow();
    var key = new Key(id.keyHigh(), id.keyLow());
    var mine = new Young(id, new CompletableFuture<>());
    Young first;
    synchronized (this) {
      Optional<Match> known = pages.find(batch.tenant(), id.keyHigh(), id.keyLow());
      if (known.isPresent()) {
        return repeat(batch, known.get().body(), known.get().position(), known.get().answer());
      }
      first = young.putIfAbsent(key, mine);
    }
    return first == null ? storeFirst(batch, key, mine, store) : repeat(batch, first);
  }

  private AppendResult storeFirst(
      LogBatch batch, Key key, Young mine, Supplier<AppendResult> store) {
    CompletableFuture<AppendResult> answer = mine.onItsWay;
    try {
      AppendResult result = store.get();
      synchronized (this) {
        if (mine.stored == null) { // nothing of it was worth a frame
          mine.stored = entry(batch, -1, BatchAnswer.encodeRefused(result.items()));
        }
      }
      complete(answer, result);
      return result;
    } catch (RuntimeException e) {
      Entry stored;
      synchronized (this) {
        stored = mine.stored;
        if (stored == null) {
          young.remove(key, mine);
        }
      }
      if (stored == null) {
        if (answer != null) {
          answer.completeExceptionally(e);
        }
      } else { // its frame is durable; only this sender will not hear of it
        complete(answer, answer(batch, stored.position(), stored.answer()));
      }
      throw e;
    }
  }

  private static void complete(
      @Nullable CompletableFuture<AppendResult> future, AppendResult result) {
    if (future != null) {
      future.complete(result);
    }
  }

  private AppendResult repeat(LogBatch batch, Young first) {
    checkBody(batch.batchId().orElseThrow(), first.id.bodyHigh());
    Entry stored;
    synchronized (this) {
      stored = first.stored;
    }
    if (stored != null) {
      return repeat(batch, stored.body(), stored.position(), stored.answer());
    }
    try {
      CompletableFuture<AppendResult> answer = first.onItsWay;
      if (answer == null) {
        throw new IllegalStateException("a batch neither stored nor on its way");
      }
      AppendResult result = answer.join();
      return new AppendResult(result.items(), result.held(), true);
    } catch (CompletionException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "the first request with this key failed; try again", e);
    }
  }

  private static AppendResult repeat(LogBatch batch, long body, long position, byte[] answer) {
    checkBody(batch.batchId().orElseThrow(), body);
    AppendResult first = answer(batch, position, answer);
    return new AppendResult(first.items(), first.held(), true);
  }

  private static AppendResult answer(LogBatch batch, long position, byte[] answer) {
    List<Item> items =
        BatchAnswer.decode(batch, position, answer).orElseThrow(BatchIds::anotherBody);
    return new AppendResult(items, SyncPolicy.FSYNC, false);
  }

  private static void checkBody(BatchId id, long body) {
    if (id.bodyHigh() != body) {
      throw anotherBody();
    }
  }

  private static HeadroomException anotherBody() {
    return new HeadroomException(
        ErrorCategory.CONFLICT, "this Idempotency-Key was used with another body; use a new key");
  }

  /** Learns a batch from its frame, which is durable; at a start of every frame there is. */
  void committed(LogBatch batch, long position) {
    if (batch.batchId().isEmpty()) {
      return;
    }
    BatchId id = batch.batchId().get();
    Entry entry = entry(batch, position, batch.answer());
    synchronized (this) {
      if (isKnownAt(batch.tenant(), id, position)) {
        return;
      }
      young.computeIfAbsent(new Key(id.keyHigh(), id.keyLow()), _ -> new Young(id, null)).stored =
          entry;
      unwritten.add(entry);
    }
  }

  private boolean isKnownAt(TenantId tenant, BatchId id, long position) {
    return pages
        .find(tenant, id.keyHigh(), id.keyLow())
        .filter(match -> match.position() == position)
        .isPresent();
  }

  private static Entry entry(LogBatch batch, long position, byte[] answer) {
    BatchId id = batch.batchId().orElseThrow();
    return new Entry(
        batch.tenant(),
        id.keyHigh(),
        id.keyLow(),
        id.bodyHigh(),
        -1,
        position,
        Math.floorDiv(batch.receivedAtNanos(), NANOS_PER_SECOND),
        answer);
  }

  /** Writes down what the log WAL will not tell any more once it is cut; forgets what is old. */
  void checkpoint() throws IOException {
    List<Entry> taken;
    synchronized (this) {
      taken = unwritten;
      unwritten = new ArrayList<>();
    }
    if (!taken.isEmpty()) {
      writeDown(taken);
    }
    long needed;
    synchronized (this) {
      pages.expire(nowSeconds());
      packIfDue();
      needed = firstNumberNeeded();
    }
    log.truncateBefore(needed);
  }

  private void writeDown(List<Entry> entries) throws IOException {
    List<Entry> placed;
    try {
      placed = log.append(entries);
    } catch (IOException e) {
      synchronized (this) {
        entries.addAll(unwritten);
        unwritten = entries;
      }
      throw e;
    }
    synchronized (this) {
      for (Entry entry : placed) {
        Young known = young.get(new Key(entry.keyHigh(), entry.keyLow()));
        if (known != null) {
          known.stored = entry;
          known.isWrittenDown = true;
        }
      }
    }
  }

  private void packIfDue() {
    long now = nowSeconds();
    if (young.isEmpty()
        || young.size() < limits.pageEntries() && now - pageBegunSeconds < MAX_PAGE_SECONDS) {
      return;
    }
    pageBegunSeconds = now;
    List<Entry> packed = new ArrayList<>();
    young
        .values()
        .removeIf(
            known -> {
              Entry stored = known.stored;
              boolean isDone = stored != null && (known.isWrittenDown || stored.position() < 0);
              if (isDone) {
                packed.add(stored);
              }
              return isDone;
            });
    if (!packed.isEmpty()) {
      pages.add(new BatchIdPage(packed));
    }
  }

  private long firstNumberNeeded() {
    long first = pages.firstNumber();
    for (Young known : young.values()) {
      Entry stored = known.stored;
      if (stored != null && stored.number() >= 0) {
        first = Math.min(first, stored.number());
      }
    }
    return first;
  }

  /** How many ids are remembered. */
  synchronized long size() {
    return pages.size() + young.size();
  }

  /** How many were forgotten before their time, because there were too many. */
  synchronized long cutShort() {
    return pages.cutShort();
  }

  /** Why nothing more can be remembered, if so. */
  Optional<String> failure() {
    return log.failure();
  }

  List<StockEntry> stock() {
    return log.stock();
  }

  @Override
  public void close() {
    log.close();
  }
}
