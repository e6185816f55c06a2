package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.List;
import java.util.Optional;

/**
 * The only door to stored logs. All methods may be called from any thread; {@link #append} and
 * {@link #search} block, so call them from virtual threads.
 */
public interface LogStore extends AutoCloseable {
  /**
   * Stores a batch and returns when it is durable as the tenant's sync policy says (default: its
   * WAL frame was forced to disk). From then on every search sees it.
   *
   * <p>A batch without records stores nothing; it tells the ledger what was rejected.
   *
   * <p>A batch with a {@link LogBatch#batchId} that was stored before is not stored again: the
   * first answer is given, marked {@link AppendResult#repeated}. A concurrent repeat waits for the
   * first.
   *
   * @throws dev.headroom.storage.model.HeadroomException UNAVAILABLE when the store cannot write
   *     (disk full, WAL poisoned, stopping), OVERLOADED when too much waits, CONFLICT when the
   *     batch id was used with another body; nothing of the batch was stored then
   */
  AppendResult append(LogBatch batch);

  /**
   * Searches one tenant's records. Past the deadline, the permit or a cap the answer holds what was
   * found, with the reasons in {@link LogAnswer#partialReasons}.
   */
  LogAnswer search(TenantId tenant, LogSearch search, Deadline deadline, MemoryPermit permit);

  /** The live record of that id. */
  Optional<LogHit> get(TenantId tenant, String index, String id);

  /** Streams that hold records, by name. */
  List<StreamInfo> streams(TenantId tenant);

  /** Index names that hold records, sorted. */
  List<String> indices(TenantId tenant);

  /** Fields of the records in the range, with the types their values have. */
  List<FieldInfo> fields(TenantId tenant, TimeRange range);

  /** Tenants that hold records. */
  List<TenantId> tenants();

  @Override
  void close();
}
