package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.PipeStage.Group;
import dev.headroom.query.lang.PipeStage.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Steps that make tables of groups. */
final class StatsSteps {
  static final String COUNT = "count";
  static final String SHARE = "share";

  static List<String> columns(PipeStage.Stats stage) {
    return Stream.concat(
            stage.by().stream().map(Group::name), stage.measures().stream().map(Measure::name))
        .toList();
  }

  static List<String> columns(PipeStage.Ranked stage) {
    return Stream.of(stage.by(), stage.fields(), List.of(COUNT, SHARE))
        .flatMap(List::stream)
        .toList();
  }

  /** What {@code top} and {@code rare} count before they choose. */
  static PipeStage.Stats counting(PipeStage.Ranked stage) {
    List<Group> by =
        Stream.concat(stage.by().stream(), stage.fields().stream())
            .<Group>map(PipeStage.ByField::new)
            .toList();
    return new PipeStage.Stats(List.of(new Measure(PipeStage.Function.COUNT, 0, "", COUNT)), by);
  }

  static final class Stats extends Step {
    private final List<String> columns;
    private final GroupTable groups;

    Stats(PipeStage.Stats stage, QueryRun run, Step next) {
      super(next);
      this.columns = columns(stage);
      this.groups = new GroupTable(stage.measures(), stage.by(), run);
    }

    @Override
    boolean row(Row row) {
      return groups.add(row);
    }

    @Override
    void end() {
      finish(groups.ordered().stream().map(cell -> Row.ofCells(columns, cell.cells())).toList());
    }
  }

  /** Chooses among counted rows: the first or last by count within those of the same group. */
  static final class Ranked extends Step {
    private final PipeStage.Ranked stage;
    private final Map<List<@Nullable Object>, List<Row>> groups = new LinkedHashMap<>();

    Ranked(PipeStage.Ranked stage, Step next) {
      super(next);
      this.stage = stage;
    }

    /** No more rows than there are groups, which are bounded before. */
    @Override
    boolean row(Row row) {
      var key = new ArrayList<@Nullable Object>();
      stage.by().forEach(name -> key.add(row.get(name)));
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
      return true;
    }

    @Override
    void end() {
      var chosen = new ArrayList<Row>();
      for (List<Row> group : groups.values()) {
        double all = group.stream().mapToLong(Ranked::count).sum();
        group.sort(order());
        for (Row row : group.subList(0, Math.min(stage.count(), group.size()))) {
          row.set(SHARE, count(row) / all);
          chosen.add(row);
        }
      }
      finish(chosen);
    }

    private static long count(Row row) {
      return row.get(COUNT) instanceof Long count ? count : 0;
    }

    private Comparator<Row> order() {
      Comparator<Row> order = Comparator.comparingLong(Ranked::count);
      Comparator<@Nullable Object> values = ValueOrder.of(false);
      Comparator<Row> whole = stage.rarest() ? order : order.reversed();
      for (String field : stage.fields()) {
        whole = whole.thenComparing((a, b) -> values.compare(a.get(field), b.get(field)));
      }
      return whole;
    }
  }

  static final class TimeChart extends Step {
    private final PipeStage.TimeChart stage;
    private final QueryRun run;
    private final GroupTable groups;

    TimeChart(PipeStage.TimeChart stage, QueryRun run, Step next) {
      super(next);
      this.stage = stage;
      this.run = run;
      var by = new ArrayList<Group>();
      by.add(new PipeStage.ByTime(stage.span(), Row.TIME));
      if (!stage.by().isEmpty()) {
        by.add(new PipeStage.ByField(stage.by()));
      }
      this.groups = new GroupTable(stage.measures(), by, run);
    }

    @Override
    boolean row(Row row) {
      return groups.add(row);
    }

    @Override
    void end() {
      var chart = new Chart(stage, run);
      if (stage.by().isEmpty()) {
        groups.cells().forEach(cell -> chart.add(cell.keys().getFirst(), "", results(cell)));
      } else {
        bySeries(chart);
      }
      finish(chart.rows());
    }

    private void bySeries(Chart chart) {
      Map<String, Long> totals = new LinkedHashMap<>();
      for (GroupTable.Cell cell : groups.cells()) {
        totals.merge(Values.text(cell.keys().getLast()), cell.rows(), Long::sum);
      }
      chart.series(totals);
      Map<List<Object>, List<Tally>> merged = new LinkedHashMap<>();
      for (GroupTable.Cell cell : groups.cells()) {
        String series = chart.seriesOf(Values.text(cell.keys().getLast()));
        merged.merge(List.of(cell.keys().getFirst(), series), cell.tallies(), TimeChart::merged);
      }
      merged.forEach(
          (key, tallies) -> chart.add(key.getFirst(), (String) key.getLast(), results(tallies)));
    }

    private static List<Tally> merged(List<Tally> into, List<Tally> more) {
      for (int i = 0; i < into.size(); i++) {
        into.get(i).merge(more.get(i));
      }
      return into;
    }

    private static List<@Nullable Object> results(GroupTable.Cell cell) {
      return results(cell.tallies());
    }

    private static List<@Nullable Object> results(List<Tally> tallies) {
      var results = new ArrayList<@Nullable Object>();
      tallies.forEach(tally -> results.add(tally.result()));
      return results;
    }
  }

  private StatsSteps() {}
}
