package dev.headroom.ingest.receiver;

import dev.headroom.storage.logs.AppendResult;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.logs.StreamInfo;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.wal.SyncPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps what is appended, and refuses as often as it is told to. */
final class RecordingLogStore implements LogStore {
  final List<LogBatch> batches = new ArrayList<>();
  int refusals;

  @Override
  public AppendResult append(LogBatch batch) {
    if (refusals > 0) {
      refusals--;
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "the disk is full");
    }
    batches.add(batch);
    return new AppendResult(List.of(), SyncPolicy.FSYNC, false);
  }

  /** The messages of all records, in order. */
  List<String> messages() {
    var messages = new ArrayList<String>();
    var record = new LogRecord();
    for (LogBatch batch : batches) {
      for (int i = 0; i < batch.size(); i++) {
        record.moveTo(batch, i);
        while (record.nextField()) {
          if (record.fieldName().equals("message")) {
            messages.add(record.stream() + ":" + record.text());
          }
        }
      }
    }
    return messages;
  }

  @Override
  public LogAnswer search(
      TenantId tenant, LogSearch search, Deadline deadline, MemoryPermit permit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<LogHit> get(TenantId tenant, String index, String id) {
    return Optional.empty();
  }

  @Override
  public List<StreamInfo> streams(TenantId tenant) {
    return List.of();
  }

  @Override
  public List<String> indices(TenantId tenant) {
    return List.of();
  }

  @Override
  public List<FieldInfo> fields(TenantId tenant, TimeRange range) {
    return List.of();
  }

  @Override
  public List<TenantId> tenants() {
    return List.of();
  }

  @Override
  public void close() {}
}
