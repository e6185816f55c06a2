package dev.headroom.query.engine;

import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads records from the store page by page and gives them to the first step, until it wants no
 * more or a bound of the query is met. One use, one thread.
 */
final class RecordScan {
  /** One search of the store. */
  interface Pages {
    LogAnswer page(Optional<LogCursor> after, int limit, boolean isFirst, MemoryPermit permit);
  }

  private static final int FIRST_PAGE = 200;
  private static final int MAX_PAGE = 4000;

  /** What the store found until the deadline is worth giving on. */
  private static final int ROWS_BETWEEN_CHECKS = 256;

  private final Pages pages;
  private final QueryAdmission.Turn turn;
  private final QueryRun run;
  private Optional<LogCursor> last;
  private int scanned;
  private boolean stopped;
  private long total;
  private boolean totalIsExact;

  RecordScan(Pages pages, Optional<LogCursor> after, QueryAdmission.Turn turn, QueryRun run) {
    this.pages = pages;
    this.last = after;
    this.turn = turn;
    this.run = run;
  }

  /**
   * @param wanted records that the steps need, the largest int when that is not known
   * @param limit of a page that the store gives
   */
  void run(int wanted, int limit, Step first) {
    int size = Math.min(limit, wanted == Integer.MAX_VALUE ? FIRST_PAGE : wanted);
    int most = Math.min(limit, Math.max(size, MAX_PAGE));
    while (size >= 0 && run.hasTime()) {
      size = Math.min(most, page(size, first));
    }
    stopped |= size >= 0;
  }

  /** Gives one page's records on; returns the size of the next page, less than 0 for none. */
  private int page(int size, Step first) {
    boolean isFirst = scanned == 0;
    List<LogHit> hits;
    boolean isShort;
    try (MemoryPermit permit = turn.passing()) {
      LogAnswer answer = answer(size, isFirst, permit);
      if (isFirst) {
        total = answer.totalHits();
        totalIsExact = answer.totalIsExact();
      }
      hits = answer.hits();
      isShort = note(answer);
      for (LogHit hit : hits) {
        if (!row(hit, first)) {
          return -1;
        }
      }
    }
    if (isShort) {
      return hits.size() < 2 ? -1 : hits.size() / 2;
    }
    return hits.size() < size || size == 0 ? -1 : size * 2;
  }

  /** The store has nothing for a page that is asked for too late; what was there before counts. */
  private LogAnswer answer(int size, boolean isFirst, MemoryPermit permit) {
    try {
      return pages.page(last, size, isFirst, permit);
    } catch (HeadroomException e) {
      if (isFirst || e.category() != ErrorCategory.TIMEOUT) {
        throw e;
      }
      return new LogAnswer(List.of(), 0, false, List.of(), List.of(QueryRun.TIMED_OUT));
    }
  }

  /** Takes over why a page is partial; true when it only was too large for the memory. */
  private boolean note(LogAnswer answer) {
    var reasons = new ArrayList<>(answer.partialReasons());
    boolean goesOn = !answer.hits().isEmpty() && reasons.remove(QueryRun.OUT_OF_MEMORY);
    run.note(reasons);
    return goesOn;
  }

  private boolean row(LogHit hit, Step first) {
    if (scanned == run.limits().maxScanned()) {
      run.note("scanned " + scanned + " records; narrow the filter or the time range");
      stopped = true;
      return false;
    }
    if (scanned % ROWS_BETWEEN_CHECKS == ROWS_BETWEEN_CHECKS - 1 && !run.hasTime()) {
      stopped = true;
      return false;
    }
    scanned++;
    last = Optional.of(hit.sort());
    return first.row(Row.of(hit));
  }

  /** The place behind the last record given on. */
  Optional<LogCursor> last() {
    return last;
  }

  int scanned() {
    return scanned;
  }

  /** Whether a bound of the query was met before the end. */
  boolean isStopped() {
    return stopped;
  }

  long total() {
    return total;
  }

  boolean totalIsExact() {
    return totalIsExact;
  }
}
