package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.PipeStage.Group;
import dev.headroom.query.lang.PipeStage.Measure;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows gathered into groups. A row with several values in a field belongs to the group of each; a
 * row that lacks one of the fields to none. Bounded in groups and memory. One thread.
 */
final class GroupTable {
  /** Groups that one row may belong to. */
  private static final int MAX_GROUPS_OF_ROW = 1000;

  private static final long BYTES_BESIDE = 200;

  /** The rows of one combination of values. */
  static final class Cell {
    private final List<Object> keys;
    private final List<Tally> tallies;
    private long rows;
    private long bytes;

    private Cell(List<Object> keys, List<Tally> tallies, long bytes) {
      this.keys = keys;
      this.tallies = tallies;
      this.bytes = bytes;
    }

    List<Object> keys() {
      return keys;
    }

    List<Tally> tallies() {
      return tallies;
    }

    long rows() {
      return rows;
    }

    /** Values of the group, then of the measures. */
    List<@Nullable Object> cells() {
      var cells = new ArrayList<@Nullable Object>(keys);
      tallies.forEach(tally -> cells.add(tally.result()));
      return cells;
    }
  }

  private final List<Measure> measures;
  private final List<Group> by;
  private final QueryRun run;
  private final Map<List<Object>, Cell> cells = new LinkedHashMap<>();
  private long rows;

  GroupTable(List<Measure> measures, List<Group> by, QueryRun run) {
    this.measures = measures;
    this.by = by;
    this.run = run;
  }

  /** Adds a row; false when memory ran out. */
  boolean add(Row row) {
    long number = rows++;
    List<List<Object>> keys = List.of(List.of());
    for (Group group : by) {
      keys = extended(keys, values(group, row));
    }
    for (List<Object> key : keys) {
      if (!add(key, row, number)) {
        return false;
      }
    }
    return true;
  }

  private List<List<Object>> extended(List<List<Object>> keys, List<Object> values) {
    if (values.size() == 1 && keys.size() == 1) {
      var key = new ArrayList<>(keys.getFirst());
      key.add(values.getFirst());
      return List.of(key);
    }
    var extended = new ArrayList<List<Object>>();
    for (List<Object> key : keys) {
      for (Object value : values) {
        if (extended.size() == MAX_GROUPS_OF_ROW) {
          run.note("a row belongs to more than " + MAX_GROUPS_OF_ROW + " groups");
          return extended;
        }
        var longer = new ArrayList<>(key);
        longer.add(value);
        extended.add(longer);
      }
    }
    return extended;
  }

  private static List<Object> values(Group group, Row row) {
    return switch (group) {
      case PipeStage.ByTime time ->
          row.get(Row.TIME) instanceof Instant moment
              ? List.of(TimeRange.instant(time.span().start(TimeRange.nanos(moment))))
              : List.of();
      case PipeStage.ByField field -> {
        var values = new ArrayList<Object>(1);
        Values.each(row.get(field.name()), values::add);
        yield values.size() < 2 ? values : values.stream().distinct().toList();
      }
    };
  }

  private boolean add(List<Object> key, Row row, long number) {
    Cell cell = cells.get(key);
    if (cell == null) {
      int most = run.limits().maxGroups();
      if (cells.size() == most) {
        run.note("more than " + most + " groups; only the first found were kept");
        return true;
      }
      cell = open(key);
      if (!run.take(cell.bytes)) {
        return false;
      }
      cells.put(key, cell);
    }
    cell.rows++;
    return gather(cell, row, number);
  }

  private Cell open(List<Object> key) {
    List<Tally> tallies = measures.stream().map(Tally::of).toList();
    long bytes = BYTES_BESIDE + Values.bytes(key);
    for (Tally tally : tallies) {
      bytes += tally.bytes();
    }
    return new Cell(key, tallies, bytes);
  }

  private boolean gather(Cell cell, Row row, long number) {
    long grown = 0;
    for (int i = 0; i < measures.size(); i++) {
      Tally tally = cell.tallies.get(i);
      long before = tally.bytes();
      String field = measures.get(i).field();
      if (field.isEmpty()) {
        tally.add(true, number);
      } else {
        Values.each(row.get(field), value -> tally.add(value, number));
      }
      grown += tally.bytes() - before;
    }
    return grown == 0 || run.take(grown);
  }

  Collection<Cell> cells() {
    return cells.values();
  }

  /** Without groups there is one row, also of no rows at all. */
  List<Cell> ordered() {
    if (by.isEmpty() && cells.isEmpty()) {
      cells.put(List.of(), open(List.of()));
    }
    var ordered = new ArrayList<>(cells.values());
    if (!by.isEmpty()) {
      ordered.sort(order());
    }
    return ordered;
  }

  /**
   * As the store has it: time rises; of other values the most frequent come first, those of the
   * second column within those of the first.
   */
  private Comparator<Cell> order() {
    Map<List<Object>, Long> totals = new HashMap<>();
    for (Cell cell : cells.values()) {
      for (int length = 1; length <= by.size(); length++) {
        totals.merge(cell.keys.subList(0, length), cell.rows, Long::sum);
      }
    }
    Comparator<@Nullable Object> values = ValueOrder.of(false);
    Comparator<Cell> order = (_, _) -> 0;
    for (int i = 0; i < by.size(); i++) {
      int column = i;
      if (by.get(i) instanceof PipeStage.ByField) {
        order =
            order.thenComparing(
                Comparator.<Cell>comparingLong(
                        cell -> totals.getOrDefault(cell.keys.subList(0, column + 1), 0L))
                    .reversed());
      }
      order = order.thenComparing((a, b) -> values.compare(a.keys.get(column), b.keys.get(column)));
    }
    return order;
  }
}
