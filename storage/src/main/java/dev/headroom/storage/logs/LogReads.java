package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of everything acknowledged. A partition that cannot be read is left out, named in the
 * answer, and looked into; the rest answers. Safe for any thread.
 */
final class LogReads {
  private static final Logger LOG = LoggerFactory.getLogger(LogReads.class);

  /** Reason of a partial answer: acknowledged records that are not indexed yet. */
  static final String STALLED = "indexing_stalled";

  /** Reason of a partial answer: the time was over before all acknowledged records were indexed. */
  static final String BEHIND = "indexing_behind";

  /** Begins the reason of a partial answer: a partition could not be read; its name follows. */
  static final String UNREADABLE = "partition_unreadable";

  /** A read of some partitions. */
  interface Read<T> {
    T from(LogSnapshot snapshot) throws IOException;
  }

  private final PartitionMap partitions;
  private final IndexQueue queue;
  private final LogAppends appends;
  private final LogSearcher searcher;
  private final DamageCheck damageCheck;

  LogReads(
      PartitionMap partitions,
      IndexQueue queue,
      LogAppends appends,
      LogSearcher searcher,
      DamageCheck damageCheck) {
    this.partitions = partitions;
    this.queue = queue;
    this.appends = appends;
    this.searcher = searcher;
    this.damageCheck = damageCheck;
  }

  LogAnswer search(TenantId tenant, LogSearch search, Deadline deadline, MemoryPermit permit) {
    Set<String> gaps = new LinkedHashSet<>();
    if (!queue.awaitIndexed(appends.acknowledged(), deadline)) {
      gaps.add(deadline.isExpired() ? BEHIND : STALLED);
    }
    List<LogPartition> asked = asked(tenant, search);
    LogAnswer answer =
        read(asked, gaps, snapshot -> searcher.search(snapshot, search, deadline, permit));
    asked.stream()
        .filter(partition -> partition.readers.isUnreadable())
        .forEach(partition -> gaps.add(unreadable(partition)));
    return gaps.isEmpty() ? answer : answer.withReasons(List.copyOf(gaps));
  }

  /** In the order of arrival, what is behind a place is in the partitions written to since. */
  private List<LogPartition> asked(TenantId tenant, LogSearch search) {
    List<LogPartition> inRange = partitions.of(tenant, search.range());
    if (search.after().isEmpty() || !search.sort().equals(LogSort.ARRIVAL)) {
      return inRange;
    }
    long after = search.after().get().position();
    return inRange.stream().filter(partition -> partition.tally.mayHoldBehind(after)).toList();
  }

  private static String unreadable(LogPartition partition) {
    return UNREADABLE + " " + partition.key.name();
  }

  Optional<LogHit> get(TenantId tenant, String index, String id) {
    queue.awaitIndexed(appends.acknowledged());
    return read(
        partitions.withId(tenant, id),
        new LinkedHashSet<>(),
        snapshot -> searcher.get(snapshot, index, id));
  }

  <T> T of(TenantId tenant, TimeRange range, Read<T> read) {
    queue.awaitIndexed(appends.acknowledged());
    return ofIndexed(tenant, range, read);
  }

  <T> T ofIndexed(TenantId tenant, TimeRange range, Read<T> read) {
    return read(partitions.of(tenant, range), new LinkedHashSet<>(), read);
  }

  /**
   * @param gaps takes why partitions are left out
   */
  private <T> T read(List<LogPartition> asked, Set<String> gaps, Read<T> read) {
    List<LogPartition> rest = new ArrayList<>(asked);
    while (true) {
      try (LogSnapshot snapshot = LogSnapshot.open(rest)) {
        return read.from(snapshot);
      } catch (UnreadablePartition e) {
        leaveOut(e, rest);
        gaps.add(unreadable(e.partition));
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
  }

  private void leaveOut(UnreadablePartition e, List<LogPartition> rest) {
    if (damageCheck.wasFoundWhole(e.partition) || !rest.remove(e.partition)) {
      throw unreadable(e); // then it is not the files' fault
    }
    LOG.warn(
        "partition left out of an answer name={} problem={}",
        e.partition.key.name(),
        String.valueOf(e.getCause()));
    damageCheck.submit(e.partition, e);
  }

  private static HeadroomException unreadable(IOException e) {
    return new HeadroomException(
        ErrorCategory.INTERNAL, "cannot read the log store: " + e.getMessage(), e);
  }
}
