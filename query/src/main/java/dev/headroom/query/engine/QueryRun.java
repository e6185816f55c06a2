package dev.headroom.query.engine;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.MemoryPermit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What bounds one running query, and why its answer is partial. Memory that stages give back can be
 * taken again by the same query. One thread.
 */
final class QueryRun {
  static final String OUT_OF_MEMORY = "memory";
  static final String TIMED_OUT = "timed_out";

  /** Memory is drawn in pieces, as the pool is shared by all queries. */
  private static final long PIECE_BYTES = 64 << 10;

  private final QueryLimits limits;
  private final Deadline deadline;
  private final MemoryPermit permit;
  private final Set<String> reasons = new LinkedHashSet<>();
  private long heldBytes;
  private long reservedBytes;

  QueryRun(QueryLimits limits, Deadline deadline, MemoryPermit permit) {
    this.limits = limits;
    this.deadline = deadline;
    this.permit = permit;
  }

  QueryLimits limits() {
    return limits;
  }

  Deadline deadline() {
    return deadline;
  }

  /** Whether a stage may hold so many bytes more; when not, the answer is partial. */
  boolean take(long bytes) {
    long missing = heldBytes + bytes - reservedBytes;
    if (missing > 0) {
      long piece = Math.max(missing, PIECE_BYTES);
      if (!permit.tryReserve(piece)) {
        piece = missing;
        if (!permit.tryReserve(piece)) {
          note(OUT_OF_MEMORY);
          return false;
        }
      }
      reservedBytes += piece;
    }
    heldBytes += bytes;
    return true;
  }

  void giveBack(long bytes) {
    heldBytes -= bytes;
  }

  /** Whether there is time left; when not, the answer is partial. */
  boolean hasTime() {
    if (deadline.isExpired()) {
      note(TIMED_OUT);
      return false;
    }
    return true;
  }

  void note(String reason) {
    reasons.add(reason);
  }

  void note(Collection<String> more) {
    reasons.addAll(more);
  }

  boolean isPartial() {
    return !reasons.isEmpty();
  }

  List<String> reasons() {
    return new ArrayList<>(reasons);
  }
}
