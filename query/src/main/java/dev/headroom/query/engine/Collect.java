package dev.headroom.query.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The end of a query: holds the rows of the answer. */
final class Collect extends Step {
  private final int limit;
  private final QueryRun run;
  private final List<Row> rows = new ArrayList<>();
  private boolean refused;

  Collect(int limit, QueryRun run) {
    this.limit = limit;
    this.run = run;
  }

  @Override
  boolean row(Row row) {
    if (rows.size() == limit) {
      return false;
    }
    if (!run.take(row.retain())) {
      refused = true;
      return false;
    }
    rows.add(row);
    return rows.size() < limit;
  }

  @Override
  void end() {}

  /** Whether there was no memory for a row. */
  boolean isRefused() {
    return refused;
  }

  boolean isFull() {
    return rows.size() == limit;
  }

  List<Row> rows() {
    return rows;
  }

  /**
   * @param columns if they are known, else all that any row has
   */
  QueryResult.Table table(Optional<List<String>> columns, List<String> least) {
    List<String> names = columns.orElseGet(() -> names(least));
    var cells = new ArrayList<List<@Nullable Object>>();
    for (Row row : rows) {
      var line = new ArrayList<@Nullable Object>();
      names.forEach(name -> line.add(row.own().get(name)));
      cells.add(line);
    }
    return new QueryResult.Table(names, cells);
  }

  private List<String> names(List<String> least) {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> names.addAll(row.own().keySet()));
    return names.isEmpty() ? least : List.copyOf(names);
  }
}
