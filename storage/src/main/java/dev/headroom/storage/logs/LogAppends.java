package dev.headroom.storage.logs;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.wal.WalTicket;
import dev.headroom.storage.wal.WriteAheadLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way of a batch into the WAL, and from there to the indexing thread: refuse, tell a repeat,
 * decide on ids, enqueue, wait for the disk.
 *
 * <p><i>Threads.</i> {@link #append} on any; {@link #committed} on the WAL's, in its order.
 */
final class LogAppends {
  private final LogStoreConfig config;
  private final LogListener listener;
  private final DiskGuard guard;
  private final WriteAheadLog wal;
  private final BatchIds batchIds;
  private final IndexQueue queue;
  private final IdOwners ids;

  /**
   * Batches on their way through the WAL, by the array that is their frame, so that they need not
   * be parsed again behind it.
   */
  private final Map<byte[], LogBatch> pending =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /** Behind the last record whose frame is durable. */
  private final AtomicLong acknowledged = new AtomicLong();

  LogAppends(
      LogStoreConfig config,
      LogListener listener,
      DiskGuard guard,
      WriteAheadLog wal,
      BatchIds batchIds,
      IndexQueue queue,
      PartitionMap partitions,
      LogSearcher searcher) {
    this.config = config;
    this.listener = listener;
    this.guard = guard;
    this.wal = wal;
    this.batchIds = batchIds;
    this.queue = queue;
    this.ids = new IdOwners(config, partitions, queue, searcher, this::acknowledged);
  }

  /** Before the first append: a batch of the WAL that the index may lack. */
  void replayed(LogBatch batch, long position) {
    ids.replayed(batch, position, queue.position(), wal.epoch());
  }

  /** Before the first append: everything below the position was acknowledged before the start. */
  void startAt(long position) {
    acknowledged.set(position);
    ids.startAt(queue.position(), position);
  }

  /** Behind the last record that is durable, and told to the indexing thread. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** Takes a frame that is durable; see {@link dev.headroom.storage.wal.CommitListener}. */
  void committed(long position, int records, byte[] payload, int offset, int length) {
    LogBatch batch = pending.remove(payload);
    if (batch == null) {
      batch = LogBatch.of(Arrays.copyOfRange(payload, offset, offset + length));
    }
    listener.committed(batch, position);
    batchIds.committed(batch, position);
    queue.add(batch, position);
    acknowledged.set(position + records);
  }

  /** Why nothing can be written until a restart, if so. */
  Optional<String> failure() {
    return queue.failure().or(wal::failure).or(batchIds::failure);
  }

  AppendResult append(LogBatch batch) {
    if (batch.size() == 0) {
      listener.refused(batch);
      return new AppendResult(List.of(), config.sync(), false);
    }
    requireWritable();
    if (batch.batchId().isEmpty()) {
      return store(batch);
    }
    return batchIds.once(batch, () -> store(batch));
  }

  private void requireWritable() {
    Optional<String> problem = failure().or(queue::stalled);
    if (problem.isPresent()) {
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "cannot write: " + problem.get());
    }
    guard.requireRoom();
  }

  private AppendResult store(LogBatch batch) {
    return hasIds(batch) ? storeWithIds(batch) : storeNew(batch);
  }

  private static boolean hasIds(LogBatch batch) {
    var record = new LogRecord();
    for (int i = 0; i < batch.size(); i++) {
      if (record.moveTo(batch, i).hasId()) {
        return true;
      }
    }
    return false;
  }

  private AppendResult storeNew(LogBatch batch) {
    WalTicket ticket = enqueue(batch, wal.epoch());
    await(ticket, batch);
    List<Item> items = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      long position = ticket.position() + i;
      items.add(new Item(Outcome.CREATED, position, 1, AutomaticId.of(position)));
    }
    return new AppendResult(items, config.sync(), false);
  }

  private WalTicket enqueue(LogBatch batch, long epoch) {
    byte[] bytes = batch.toBytes();
    pending.put(bytes, batch);
    try {
      return wal.append(bytes, 0, bytes.length, batch.size(), config.sync(), epoch);
    } catch (HeadroomException e) {
      pending.remove(bytes);
      throw e;
    }
  }

  private void await(WalTicket ticket, LogBatch batch) {
    try {
      ticket.await();
    } catch (HeadroomException e) {
      pending.remove(batch.toBytes());
      throw e;
    }
  }

  private AppendResult storeWithIds(LogBatch batch) {
    LogIds known = ids.of(batch.tenant(), wal.epoch());
    LogIds.Resolved resolved;
    Optional<WalTicket> ticket = Optional.empty();
    synchronized (known) {
      long epoch = wal.epoch();
      resolved = ids.resolve(known, batch, epoch);
      if (resolved.stored().size() > 0) {
        ticket = Optional.of(enqueue(resolved.stored(), epoch));
        ids.remember(known, resolved, ticket.get().position());
      } else {
        listener.refused(resolved.stored());
      }
    }
    ids.keepBounded();
    // What is refused now stays remembered until the next decision sees the WAL's new epoch.
    LogBatch stored = resolved.stored();
    ticket.ifPresent(waiting -> await(waiting, stored));
    long first = ticket.map(WalTicket::position).orElse(0L);
    List<Item> items = resolved.items().stream().map(item -> absolute(item, first)).toList();
    return new AppendResult(items, config.sync(), false);
  }

  private static Item absolute(Item item, long first) {
    long position = LogIds.absolute(item.position(), first);
    String id = item.id().isEmpty() ? AutomaticId.of(position) : item.id();
    return new Item(item.outcome(), position, item.version(), id);
  }
}
