package dev.headroom.query.logql;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One query's reading of one tenant's records, under the query's turn. One thread. */
final class Session {
  /** Records that one query reads at most; what more needs reading must be narrowed. */
  static final long MAX_RECORDS = 2_000_000;

  private static final int PAGE = 2000;

  /** Reason of a store's answer that ends early for want of memory: the next page goes on. */
  private static final String PAGE_IS_FULL = "memory";

  private final LogStore store;
  private final TenantId tenant;
  private final QueryAdmission.Turn turn;
  private final Map<TimeRange, Map<String, Set<FieldInfo.Type>>> fields = new HashMap<>();
  private long recordsLeft = MAX_RECORDS;

  Session(LogStore store, TenantId tenant, QueryAdmission.Turn turn) {
    this.store = store;
    this.tenant = tenant;
    this.turn = turn;
  }

  interface Visitor {
    /** False when no more are wanted. */
    boolean visit(LogHit hit);
  }

  /**
   * Reads records in order of time until the visitor has enough.
   *
   * @param firstPage how many will do, by and large
   * @return why not everything was read; empty when it was
   */
  List<String> scan(
      LogFilter filter, TimeRange range, LogSort order, int firstPage, Visitor visitor) {
    Optional<LogCursor> after = Optional.empty();
    int page = Math.max(1, Math.min(PAGE, firstPage));
    while (true) {
      turn.deadline().check();
      try (MemoryPermit memory = turn.passing()) {
        LogSearch search = search(filter, range, order, page, after);
        LogAnswer answer = store.search(tenant, search, turn.deadline(), memory);
        for (LogHit hit : answer.hits()) {
          if (!visitor.visit(hit)) {
            return List.of();
          }
        }
        recordsLeft -= answer.hits().size();
        boolean full = answer.partialReasons().equals(List.of(PAGE_IS_FULL));
        if (answer.isPartial() && !(full && !answer.hits().isEmpty())) {
          return answer.partialReasons();
        }
        if (answer.hits().size() < page && !full) {
          return List.of();
        }
        if (recordsLeft <= 0) {
          return List.of(
              "more than "
                  + MAX_RECORDS
                  + " records to read; narrow the time range or the selector");
        }
        after = Optional.of(answer.hits().getLast().sort());
        page = PAGE;
      }
    }
  }

  private static LogSearch search(
      LogFilter filter, TimeRange range, LogSort order, int limit, Optional<LogCursor> after) {
    return new LogSearch(filter, range, Set.of(), List.of(), order, limit, after, false, List.of());
  }

  /** Aggregates over all matching records; whole, or an error. */
  LogAnswer aggregate(LogFilter filter, TimeRange range, List<LogAggregate> aggregates) {
    LogAnswer answer = tryAggregate(filter, range, aggregates);
    if (answer.isPartial()) {
      throw incomplete(answer.partialReasons());
    }
    return answer;
  }

  /** The same; partial when there are too many buckets. */
  LogAnswer tryAggregate(LogFilter filter, TimeRange range, List<LogAggregate> aggregates) {
    turn.deadline().check();
    try (MemoryPermit memory = turn.passing()) {
      LogSearch search = LogSearch.aggregate(filter, range, aggregates);
      return store.search(tenant, search, turn.deadline(), memory);
    }
  }

  /** Numbers are whole or an error. */
  static HeadroomException incomplete(List<String> reasons) {
    return new HeadroomException(
        ErrorCategory.UNPROCESSABLE,
        "the query could not look at everything: " + String.join(", ", reasons));
  }

  /** Types of the fields that records of the range have. */
  Map<String, Set<FieldInfo.Type>> fields(TimeRange range) {
    return fields.computeIfAbsent(
        range,
        asked -> {
          Map<String, Set<FieldInfo.Type>> types = new HashMap<>();
          store.fields(tenant, asked).forEach(info -> types.put(info.name(), info.types()));
          return types;
        });
  }

  /** The fields of a label that records of the range have, in its order. */
  List<String> present(String label, TimeRange range) {
    List<String> known = new ArrayList<>();
    for (String field : LabelTable.fields(label)) {
      if (isOwn(field) || fields(range).containsKey(field)) {
        known.add(field);
      }
    }
    return known;
  }

  /** Whether the index has the very texts of a field, so that it decides as the record would. */
  boolean isExact(String field, TimeRange range) {
    return isOwn(field)
        || fields(range).getOrDefault(field, Set.of()).equals(Set.of(FieldInfo.Type.KEYWORD));
  }

  private static boolean isOwn(String field) {
    return field.startsWith("_");
  }

  Deadline deadline() {
    return turn.deadline();
  }

  MemoryPermit memory() {
    return turn.memory();
  }
}
