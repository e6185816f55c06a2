package dev.headroom.query.engine;

import dev.headroom.query.engine.QueryResult.Table;
import dev.headroom.query.lang.PipeStage;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs stages over the rows of a table. */
final class TableStages {
  static Table run(Table table, List<PipeStage> stages) {
    Table current = table;
    for (PipeStage stage : stages) {
      current =
          switch (stage) {
            case PipeStage.Head head -> head(current, head.count());
            case PipeStage.Sort sort -> sort(current, sort);
            case PipeStage.Fields fields -> fields(current, fields.names());
            case PipeStage.Stats _ ->
                throw HeadroomException.invalid("stats can only be the first stage of a query");
          };
    }
    return current;
  }

  private static Table head(Table table, int count) {
    return new Table(
        table.columns(), table.rows().subList(0, Math.min(count, table.rows().size())));
  }

  private static Table sort(Table table, PipeStage.Sort sort) {
    Comparator<List<@Nullable Object>> order = (_, _) -> 0;
    for (PipeStage.Key key : sort.keys()) {
      int column = column(table, key.field());
      Comparator<@Nullable Object> values = ValueOrder.of(key.descending());
      order = order.thenComparing((a, b) -> values.compare(a.get(column), b.get(column)));
    }
    var rows = new ArrayList<>(table.rows());
    rows.sort(order);
    return new Table(table.columns(), rows);
  }

  private static Table fields(Table table, List<String> names) {
    int[] columns = names.stream().mapToInt(name -> column(table, name)).toArray();
    var rows = new ArrayList<List<@Nullable Object>>();
    for (List<@Nullable Object> row : table.rows()) {
      var kept = new ArrayList<@Nullable Object>();
      for (int column : columns) {
        kept.add(row.get(column));
      }
      rows.add(Collections.unmodifiableList(kept));
    }
    return new Table(names, rows);
  }

  private static int column(Table table, String name) {
    int column = table.columns().indexOf(name);
    if (column < 0) {
      throw HeadroomException.invalid(
          "there is no column " + name + "; there are " + String.join(", ", table.columns()));
    }
    return column;
  }

  private TableStages() {}
}
