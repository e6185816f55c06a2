package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.FlowDay.Mark;
import dev.headroom.storage.ledger.FlowDay.Wal;
import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.logs.LogListener;
import dev.headroom.storage.metrics.SampleListener;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what comes in, by tenant, stream, hour of receipt and hour of event time: each durable
 * frame of either WAL exactly once, whatever crashes ({@code storage/docs/format/ledger-flow.md}).
 *
 * <p><i>Threads.</i> Any. Counting takes a short lock; files are written outside of it.
 *
 * <p><i>Failure.</i> When files cannot be written counting goes on in memory, and the WALs keep
 * what the files lack.
 */
public final class FlowLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlowLedger.class);
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;
  private static final int DAYS_IN_MEMORY = 2;
  private static final int MAX_COMPACTED_AT_ONCE = 8;

  /** Hours are kept as long as a yearly season and a month needs; then days. */
  private static final int MAX_HOURLY_DAYS = 400;

  private final FlowFiles files;

  /** One checkpoint at a time; taken before the lock of this. */
  private final ReentrantLock checkpoint = new ReentrantLock();

  // Guarded by this.
  private final TreeMap<Long, FlowDay> days = new TreeMap<>();
  private final TreeSet<Long> knownDays;
  private final TreeSet<Long> dirtyDays = new TreeSet<>();
  private final StreamBook streams;
  private boolean streamsDirty;
  private final Map<Wal, Mark> counted = new EnumMap<>(Wal.class);
  private final Map<Wal, Mark> written = new EnumMap<>(Wal.class);
  private final Map<StreamKey, FlowSum> sinceStart = new HashMap<>();
  private long compactedThrough = Long.MIN_VALUE;

  /** Of days that are not in memory, for the tenant asked for last. */
  private volatile @Nullable FlowHistory closedHistory;

  private FlowLedger(FlowFiles files) throws IOException {
    this.files = files;
    this.knownDays = files.days();
    this.streams = files.readStreams();
    for (long day : knownDays.descendingSet().stream().limit(DAYS_IN_MEMORY).toList()) {
      loaded(files.read(day));
    }
    for (Wal wal : Wal.values()) {
      counted.put(wal, newest(wal));
    }
    written.putAll(counted);
  }

  /**
   * @param directory of its files; made if absent
   * @throws HeadroomException UNAVAILABLE when they cannot be read, or are of a newer format
   */
  public static FlowLedger open(Path directory) {
    try {
      return new FlowLedger(new FlowFiles(directory));
    } catch (IOException | UncheckedIOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot open the ledger: " + e.getMessage(), e);
    }
  }

  private void loaded(FlowDay day) {
    days.put(day.epochDay, day);
  }

  private Mark newest(Wal wal) {
    Mark newest = Mark.NONE;
    for (FlowDay day : days.values()) {
      Mark mark = day.mark(wal);
      newest = mark.position() > newest.position() ? mark : newest;
    }
    return newest;
  }

  /** To be given to the log store. */
  public LogListener logs() {
    return new LogListener() {
      @Override
      public void committed(LogBatch batch, long position) {
        count(Wal.LOGS, RequestFlow.of(batch), position, batch.size());
      }

      @Override
      public void refused(LogBatch batch) {
        count(RequestFlow.of(batch));
      }

      @Override
      public long neededFrom() {
        return writtenUpTo(Wal.LOGS);
      }
    };
  }

  /** To be given to the metric store. */
  public SampleListener samples() {
    return new SampleListener() {
      @Override
      public void committed(SampleBatch batch, long position) {
        count(Wal.METRICS, RequestFlow.of(batch), position, batch.size());
      }

      @Override
      public void rejected(SampleBatch batch, int index, String reason) {
        count(RequestFlow.ofRejected(batch, index));
      }

      @Override
      public void refused(SampleBatch batch) {
        count(RequestFlow.ofRefused(batch));
      }

      @Override
      public long neededFrom() {
        return writtenUpTo(Wal.METRICS);
      }
    };
  }

  private long writtenUpTo(Wal wal) {
    try {
      checkpoint();
    } catch (UncheckedIOException e) {
      LOG.error("flows not written; the WAL is kept problem={}", e.getMessage());
    }
    synchronized (this) {
      return written.getOrDefault(wal, Mark.NONE).position();
    }
  }

  private synchronized void count(Wal wal, RequestFlow flow, long position, int records) {
    FlowDay day = day(flow.receivedAtNanos());
    Mark inFile = day.mark(wal);
    boolean isReplayed =
        position < inFile.position() && flow.receivedAtNanos() <= inFile.newestReceipt();
    if (isReplayed) {
      return;
    }
    Mark before = counted.getOrDefault(wal, Mark.NONE);
    boolean positionsUsedAgain =
        position < before.position() && flow.receivedAtNanos() > before.newestReceipt();
    long next = position + records;
    counted.put(
        wal,
        new Mark(
            positionsUsedAgain ? next : Math.max(before.position(), next),
            Math.max(before.newestReceipt(), flow.receivedAtNanos())));
    add(day, flow);
  }

  /** Counts a request that stands in no WAL. */
  private synchronized void count(RequestFlow flow) {
    add(day(flow.receivedAtNanos()), flow);
  }

  private FlowDay day(long receivedAtNanos) {
    long epochDay = Math.floorDiv(receivedAtNanos, NANOS_PER_DAY);
    FlowDay known = days.get(epochDay);
    if (known == null) {
      known = knownDays.contains(epochDay) ? files.read(epochDay) : new FlowDay(epochDay);
      loaded(known);
      knownDays.add(epochDay);
    }
    return known;
  }

  private void add(FlowDay day, RequestFlow flow) {
    for (FlowEntry entry : flow.entries()) {
      day.add(entry);
      sinceStart
          .computeIfAbsent(new StreamKey(entry.tenant(), entry.stream()), _ -> new FlowSum())
          .add(entry);
    }
    dirtyDays.add(day.epochDay);
    flow.streams()
        .forEach(
            (stream, told) ->
                streamsDirty |=
                    streams.learn(new StreamKey(flow.tenant(), stream), day.epochDay, told));
  }

  private record Snapshot(
      Map<Long, byte[]> bodies, Map<Wal, Mark> marks, byte[] streams, boolean withStreams) {}

  /** Writes what is new; on return everything counted before is durable. */
  public void checkpoint() {
    checkpoint.lock();
    try {
      Snapshot snapshot = snapshot();
      try {
        if (snapshot.withStreams) {
          files.writeStreams(snapshot.streams);
        }
        for (Map.Entry<Long, byte[]> day : snapshot.bodies.entrySet()) {
          files.write(day.getKey(), day.getValue());
        }
      } catch (IOException e) {
        failed(snapshot);
        throw e;
      }
      succeeded(snapshot);
      compactOld();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the ledger: " + e.getMessage(), e);
    } finally {
      checkpoint.unlock();
    }
  }

  private synchronized Snapshot snapshot() {
    Map<Wal, Mark> marks = new EnumMap<>(counted);
    Map<Long, byte[]> bodies = new TreeMap<>();
    for (long epochDay : dirtyDays) {
      FlowDay day = days.get(epochDay);
      if (day != null) {
        bodies.put(epochDay, day.encode(marks));
      }
    }
    dirtyDays.clear();
    var snapshot =
        new Snapshot(bodies, marks, streamsDirty ? streams.encode() : new byte[0], streamsDirty);
    streamsDirty = false;
    return snapshot;
  }

  private synchronized void failed(Snapshot snapshot) {
    dirtyDays.addAll(snapshot.bodies.keySet());
    streamsDirty |= snapshot.withStreams;
  }

  private synchronized void succeeded(Snapshot snapshot) {
    // The marks in memory stay those of the load: what is counted from now on is no replay.
    written.putAll(snapshot.marks);
    while (days.size() > DAYS_IN_MEMORY && !dirtyDays.contains(days.firstKey())) {
      days.pollFirstEntry();
    }
  }

  /** Rewrites some days that are old enough to need no hours any more. */
  private void compactOld() throws IOException {
    List<Long> due;
    synchronized (this) {
      if (knownDays.isEmpty()) {
        return;
      }
      long newest = knownDays.last();
      due =
          knownDays.headSet(newest - MAX_HOURLY_DAYS).stream()
              .filter(day -> day > compactedThrough && !days.containsKey(day))
              .limit(MAX_COMPACTED_AT_ONCE)
              .toList();
    }
    for (long epochDay : due) {
      FlowDay day = files.read(epochDay);
      if (!day.isDaily()) {
        files.write(epochDay, day.daily().encode(day.marks()));
      }
      synchronized (this) {
        compactedThrough = epochDay;
      }
    }
  }

  /** Flows received from one UTC day up to before another. */
  void forEach(long fromDay, long toDay, Consumer<FlowEntry> consumer) {
    List<Long> wanted;
    synchronized (this) {
      wanted = List.copyOf(knownDays.subSet(fromDay, Math.max(fromDay, toDay)));
    }
    for (long epochDay : wanted) {
      entriesInMemory(epochDay)
          .ifPresentOrElse(
              entries -> entries.forEach(consumer), () -> files.read(epochDay).forEach(consumer));
    }
  }

  private synchronized Optional<List<FlowEntry>> entriesInMemory(long epochDay) {
    FlowDay day = days.get(epochDay);
    if (day == null) {
      return Optional.empty();
    }
    List<FlowEntry> entries = new ArrayList<>();
    day.forEach(entries::add);
    return Optional.of(entries);
  }

  /** What streams with flows there are, and what came in for each by day of event time. */
  FlowHistory history(TenantId tenant) {
    var recent = new FlowHistory(tenant, Set.of());
    Set<Long> closed;
    synchronized (this) {
      closed = new TreeSet<>(knownDays);
      closed.removeAll(days.keySet());
      days.values().forEach(day -> day.forEach(recent::add));
    }
    FlowHistory old = closedHistory;
    if (old == null || !old.tenant().equals(tenant) || !old.days().equals(closed)) {
      old = new FlowHistory(tenant, closed);
      for (long epochDay : closed) {
        files.read(epochDay).forEach(old::add);
      }
      closedHistory = old; // of the tenant asked for last: forecasts ask stream by stream
    }
    recent.addAll(old);
    return recent;
  }

  /** What a stream belongs to, as far as requests told. */
  public synchronized StreamAttributes attributes(StreamKey stream) {
    return streams.now(stream);
  }

  /** What was counted since the process started. */
  synchronized Map<StreamKey, FlowTotals> sinceStart() {
    Map<StreamKey, FlowTotals> totals = new HashMap<>();
    sinceStart.forEach((stream, sum) -> totals.put(stream, sum.totals()));
    return totals;
  }

  /** Writes what is new. Close the stores first: they count until they are closed. */
  @Override
  public void close() {
    checkpoint();
  }
}
