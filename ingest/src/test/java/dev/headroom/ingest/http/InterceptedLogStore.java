package dev.headroom.ingest.http;

import dev.headroom.storage.logs.AppendResult;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.logs.StreamInfo;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real store, with what was appended to it, and a hook before each append and after each get. */
final class InterceptedLogStore implements LogStore {
  final List<LogBatch> batches = new CopyOnWriteArrayList<>();
  volatile Runnable beforeAppend = () -> {};
  volatile Runnable afterGet = () -> {};

  private final LogStore store;

  InterceptedLogStore(LogStore store) {
    this.store = store;
  }

  @Override
  public AppendResult append(LogBatch batch) {
    beforeAppend.run();
    batches.add(batch);
    return store.append(batch);
  }

  @Override
  public LogAnswer search(
      TenantId tenant, LogSearch search, Deadline deadline, MemoryPermit permit) {
    return store.search(tenant, search, deadline, permit);
  }

  @Override
  public Optional<LogHit> get(TenantId tenant, String index, String id) {
    Optional<LogHit> hit = store.get(tenant, index, id);
    afterGet.run();
    return hit;
  }

  @Override
  public List<StreamInfo> streams(TenantId tenant) {
    return store.streams(tenant);
  }

  @Override
  public List<String> indices(TenantId tenant) {
    return store.indices(tenant);
  }

  @Override
  public List<FieldInfo> fields(TenantId tenant, TimeRange range) {
    return store.fields(tenant, range);
  }

  @Override
  public List<TenantId> tenants() {
    return store.tenants();
  }

  @Override
  public void close() {
    store.close();
  }
}
