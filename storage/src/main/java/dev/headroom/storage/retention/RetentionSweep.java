package dev.headroom.storage.retention;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.PlannedDrop.Reason;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops whole pieces when they are too old, or, oldest first, when a tenant has more bytes than the
 * cap. Plans are made from what the stores say; only {@link #run} touches anything.
 *
 * <p>By size a piece goes only when its last day is over: what is still written to stays, so a
 * tenant may pass the cap by what it brings in a day.
 *
 * <p>By age nothing goes on the word of the wall clock alone, see {@link TrustedClock}.
 *
 * <p>Safe for any thread; one sweep runs at a time.
 */
public final class RetentionSweep {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionSweep.class);

  private final List<RetainedStore> stores;
  private final RetentionPolicy policy;
  private final TrustedClock clock;

  public RetentionSweep(List<RetainedStore> stores, RetentionPolicy policy, TrustedClock clock) {
    this.stores = List.copyOf(stores);
    this.policy = policy;
    this.clock = clock;
  }

  /** With a clock that trusts its first reading. */
  public RetentionSweep(
      List<RetainedStore> stores,
      RetentionPolicy policy,
      InstantSource clock,
      LongSupplier monotonicNanos) {
    this(stores, policy, TrustedClock.startingNow(clock, monotonicNanos));
  }

  private record Owned(RetainedStore store, RetainedPiece piece) {}

  /** What goes when, as of now. */
  public RetentionPlan plan() {
    TrustedClock.Reading reading = clock.read();
    return new RetentionPlan(reading.now(), reading.doubt(), drops(pieces(), reading.now()));
  }

  /** The same as of another time, which nothing confirms: for what-ifs. */
  public RetentionPlan plan(Instant now) {
    return new RetentionPlan(now, Optional.empty(), drops(pieces(), now));
  }

  private List<Owned> pieces() {
    List<Owned> all = new ArrayList<>();
    for (RetainedStore store : stores) {
      store.pieces().forEach(piece -> all.add(new Owned(store, piece)));
    }
    return all;
  }

  private List<PlannedDrop> drops(List<Owned> pieces, Instant now) {
    Set<String> inForce = classesInForce();
    List<PlannedDrop> drops = new ArrayList<>();
    Set<RetainedPiece> due = new HashSet<>();
    for (Owned owned : pieces) {
      RetainedPiece piece = owned.piece;
      Optional<Instant> end = endOf(piece);
      if (end.isPresent()) {
        boolean isDue = !end.get().isAfter(now);
        boolean isClassInForce = inForce.contains(piece.retentionClass());
        drops.add(new PlannedDrop(piece, Reason.AGE, end.get(), isDue, isClassInForce));
        if (isDue) {
          due.add(piece);
        }
      }
    }
    Set<RetainedPiece> surplus = surplus(pieces, due, now);
    drops.removeIf(drop -> surplus.contains(drop.piece()));
    for (RetainedPiece piece : surplus) {
      boolean isClassInForce = inForce.contains(piece.retentionClass());
      drops.add(new PlannedDrop(piece, Reason.SIZE, now, true, isClassInForce));
    }
    drops.sort(
        Comparator.comparing(PlannedDrop::dueAt)
            .thenComparing(drop -> drop.piece().range().toNanos())
            .thenComparing(drop -> drop.piece().kind())
            .thenComparing(drop -> drop.piece().name()));
    return drops;
  }

  private Set<String> classesInForce() {
    Set<String> classes = new HashSet<>(policy.streamClasses().values());
    classes.add(policy.defaultClass());
    classes.add(policy.metricClass());
    return classes;
  }

  private static Optional<Instant> endOf(RetainedPiece piece) {
    Optional<Duration> age = RetentionPolicy.ageOfClass(piece.retentionClass());
    try {
      return age.map(kept -> TimeRange.instant(piece.range().toNanos()).plus(kept));
    } catch (DateTimeException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  /** Pieces that go for their tenant's bytes: the oldest, whatever store they are in. */
  private Set<RetainedPiece> surplus(List<Owned> pieces, Set<RetainedPiece> due, Instant now) {
    Set<RetainedPiece> surplus = new HashSet<>();
    if (policy.maxBytes() <= 0) {
      return surplus;
    }
    Map<TenantId, List<RetainedPiece>> byTenant = new HashMap<>();
    for (Owned owned : pieces) {
      if (!due.contains(owned.piece)) {
        byTenant.computeIfAbsent(owned.piece.tenant(), _ -> new ArrayList<>()).add(owned.piece);
      }
    }
    long nowNanos = TimeRange.nanos(now);
    for (List<RetainedPiece> kept : byTenant.values()) {
      kept.sort(
          Comparator.comparingLong((RetainedPiece piece) -> piece.range().toNanos())
              .thenComparing(RetainedPiece::name));
      long bytes = kept.stream().mapToLong(RetainedPiece::bytes).sum();
      for (RetainedPiece piece : kept) {
        if (bytes <= policy.maxBytes() || piece.range().toNanos() > nowNanos) {
          break;
        }
        surplus.add(piece);
        bytes -= piece.bytes();
      }
    }
    return surplus;
  }

  /** Drops what is due. A piece that cannot be dropped does not keep the others. */
  public synchronized RetentionRun run() {
    TrustedClock.Reading reading = clock.read();
    List<Owned> pieces = pieces();
    Map<RetainedPiece, RetainedStore> owners = new HashMap<>();
    pieces.forEach(owned -> owners.put(owned.piece, owned.store));
    List<PlannedDrop> dropped = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    reading.doubt().ifPresent(doubt -> LOG.warn("clock not trusted for retention doubt={}", doubt));
    for (PlannedDrop drop : drops(pieces, reading.now())) {
      RetainedStore store = owners.get(drop.piece());
      if (drop.isDue() && store != null) {
        drop(store, drop, dropped, failures);
      }
    }
    try {
      clock.save();
    } catch (IOException e) {
      LOG.warn("cannot keep the trusted time problem={}", e.getMessage());
    }
    return new RetentionRun(reading.doubt(), dropped, failures);
  }

  private static void drop(
      RetainedStore store, PlannedDrop drop, List<PlannedDrop> dropped, List<String> failures) {
    RetainedPiece piece = drop.piece();
    try {
      store.drop(piece);
      dropped.add(drop);
      LOG.info(
          "retention dropped kind={} name={} bytes={} reason={}",
          piece.kind(),
          piece.name(),
          piece.bytes(),
          drop.reason());
    } catch (IOException | RuntimeException e) {
      failures.add(piece.kind() + " " + piece.name() + ": " + e.getMessage());
      LOG.error("retention could not drop kind={} name={}", piece.kind(), piece.name(), e);
    }
  }
}
