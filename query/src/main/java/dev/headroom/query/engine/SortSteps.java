package dev.headroom.query.engine;

import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.PipeStage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Steps that order rows. */
final class SortSteps {
  private record Keyed(Row row, List<@Nullable Object> keys, long number, long bytes) {}

  private static Comparator<Keyed> order(List<PipeStage.Key> by) {
    Comparator<Keyed> order = (_, _) -> 0;
    for (int i = 0; i < by.size(); i++) {
      int column = i;
      Comparator<@Nullable Object> values = ValueOrder.of(by.get(i).descending());
      order =
          order.thenComparing((a, b) -> values.compare(a.keys().get(column), b.keys().get(column)));
    }
    return order.thenComparingLong(Keyed::number);
  }

  private static Keyed keyed(Row row, List<PipeStage.Key> by, long number) {
    var keys = new ArrayList<@Nullable Object>();
    for (PipeStage.Key key : by) {
      keys.add(sortValue(row.get(key.field()), key.descending()));
    }
    return new Keyed(row, keys, number, row.retain());
  }

  /** Of several values, the one that comes first in the order. */
  private static @Nullable Object sortValue(@Nullable Object value, boolean descending) {
    if (!(value instanceof List<?> list)) {
      return value instanceof Json ? null : value;
    }
    Comparator<@Nullable Object> order = ValueOrder.of(descending);
    Object first = null;
    for (Object item : list) {
      first = order.compare(item, first) < 0 ? item : first;
    }
    return first;
  }

  /** Orders all rows, or keeps the first of them. */
  static final class Sort extends Step {
    private final List<PipeStage.Key> by;
    private final int most;
    private final QueryRun run;
    private final Comparator<Keyed> order;
    private final PriorityQueue<Keyed> lastFirst;
    private long rows;

    /**
     * @param most so many rows are wanted, the first ones
     */
    Sort(List<PipeStage.Key> by, int most, QueryRun run, Step next) {
      super(next);
      this.by = by;
      this.most = most;
      this.run = run;
      this.order = order(by);
      this.lastFirst = new PriorityQueue<>(order.reversed());
    }

    @Override
    boolean row(Row row) {
      if (most == 0) {
        return false;
      }
      Keyed keyed = keyed(row, by, rows++);
      if (lastFirst.size() == most) {
        if (order.compare(keyed, lastFirst.element()) > 0) {
          return true;
        }
        run.giveBack(lastFirst.remove().bytes());
      }
      return run.take(keyed.bytes()) && lastFirst.add(keyed);
    }

    @Override
    void end() {
      finish(lastFirst.stream().sorted(order).map(Keyed::row).toList());
    }
  }

  /** Orders rows that come ordered by the first key: one run of equal ones at a time. */
  static final class Runs extends Step {
    private final List<PipeStage.Key> by;
    private final QueryRun run;
    private final Comparator<@Nullable Object> first;
    private final Comparator<Keyed> order;
    private final List<Keyed> equal = new ArrayList<>();
    private long rows;
    private boolean done;

    Runs(List<PipeStage.Key> by, QueryRun run, Step next) {
      super(next);
      this.by = by;
      this.run = run;
      this.first = ValueOrder.of(by.getFirst().descending());
      this.order = order(by);
    }

    @Override
    boolean row(Row row) {
      Keyed keyed = keyed(row, by, rows++);
      boolean fits =
          equal.isEmpty()
              || first.compare(equal.getFirst().keys().getFirst(), keyed.keys().getFirst()) == 0;
      if (!fits && !handOn()) {
        done = true;
        return false;
      }
      return run.take(keyed.bytes()) && equal.add(keyed);
    }

    private boolean handOn() {
      equal.sort(order);
      boolean wanted = true;
      for (Keyed keyed : equal) {
        run.giveBack(keyed.bytes());
        wanted = wanted && next().row(keyed.row());
      }
      equal.clear();
      return wanted;
    }

    @Override
    void end() {
      if (!done) {
        var unused = handOn();
      }
      next().end();
    }
  }

  private SortSteps() {}
}
