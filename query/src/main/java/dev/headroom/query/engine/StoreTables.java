package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.PipeStage.Group;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tables that the store computes all by itself. One use, one thread. */
final class StoreTables {
  /** Runs one search for aggregates under the limits of the query. */
  interface Asking {
    LogAnswer ask(LogFilter filter, List<LogAggregate> aggregates);
  }

  /** More values than this are not told one by one to the store. */
  private static final int MAX_SERIES_IN_FILTER = 50;

  private final LogFilter filter;
  private final Asking asking;
  private final StoredFields stored;
  private final QueryRun run;
  private @Nullable LogAnswer first;

  StoreTables(LogFilter filter, Asking asking, StoredFields stored, QueryRun run) {
    this.filter = filter;
    this.asking = asking;
    this.stored = stored;
    this.run = run;
  }

  /** The rows of the stage; empty when the store cannot compute it. */
  Optional<List<Row>> rows(PipeStage stage) {
    return switch (stage) {
      case PipeStage.Stats stats ->
          stored.has(stats) ? Optional.of(stats(stats)) : Optional.empty();
      case PipeStage.Ranked ranked -> ranked(ranked);
      case PipeStage.TimeChart chart -> chart(chart);
      default -> Optional.empty();
    };
  }

  /** What the store said of the records that match; only behind {@link #rows}. */
  LogAnswer answer() {
    return java.util.Objects.requireNonNull(first);
  }

  private LogAnswer ask(LogFilter asked, List<LogAggregate> aggregates) {
    LogAnswer answer = asking.ask(asked, aggregates);
    first = first == null ? answer : first;
    run.note(answer.partialReasons());
    return answer;
  }

  private List<Row> stats(PipeStage.Stats stage) {
    List<String> columns = StatsSteps.columns(stage);
    return cells(filter, stage).stream().map(cells -> Row.ofCells(columns, cells)).toList();
  }

  private List<List<@Nullable Object>> cells(LogFilter asked, PipeStage.Stats stage) {
    int most = run.limits().maxGroups();
    var plan = new StoreStats(stage, most);
    List<List<@Nullable Object>> cells = plan.rows(ask(asked, plan.aggregates()));
    if (plan.isCut()) {
      run.note("more than " + most + " groups; only the largest were kept");
    }
    return cells;
  }

  private Optional<List<Row>> ranked(PipeStage.Ranked stage) {
    PipeStage.Stats counting = StatsSteps.counting(stage);
    boolean alone = stage.by().isEmpty() && stage.fields().size() == 1;
    if (!stored.has(counting)) {
      return Optional.empty();
    }
    if (!alone) {
      var chosen = new Collect(Integer.MAX_VALUE, run);
      var ranking = new StatsSteps.Ranked(stage, chosen);
      stats(counting).forEach(ranking::row);
      ranking.end();
      return Optional.of(chosen.rows());
    }
    LogAggregate.Order order =
        stage.rarest() ? LogAggregate.Order.COUNT_ASCENDING : LogAggregate.Order.COUNT_DESCENDING;
    String field = stage.fields().getFirst();
    LogAnswer answer =
        ask(filter, List.of(new LogAggregate.Terms(field, field, stage.count(), order, List.of())));
    Buckets buckets = buckets(answer);
    double all = buckets.otherCount();
    for (Bucket bucket : buckets.buckets()) {
      all += bucket.count();
    }
    var rows = new ArrayList<Row>();
    for (Bucket bucket : buckets.buckets()) {
      rows.add(
          Row.ofCells(
              StatsSteps.columns(stage),
              List.of(bucket.key(), bucket.count(), bucket.count() / all)));
    }
    return Optional.of(rows);
  }

  private static Buckets buckets(LogAnswer answer) {
    for (LogAggregateResult result : answer.aggregates()) {
      if (result instanceof Buckets buckets) {
        return buckets;
      }
    }
    return new Buckets("", List.of(), 0);
  }

  /** A chart with series takes three searches: the largest series, those by time, the rest. */
  private Optional<List<Row>> chart(PipeStage.TimeChart stage) {
    var byTime = new PipeStage.ByTime(stage.span(), Row.TIME);
    PipeStage.Stats whole = new PipeStage.Stats(stage.measures(), List.of(byTime));
    if (!stored.has(whole)) {
      return Optional.empty();
    }
    var chart = new Chart(stage, run);
    if (stage.by().isEmpty()) {
      cells(filter, whole).forEach(cells -> add(chart, "", cells, 1));
      return Optional.of(chart.rows());
    }
    List<Group> groups = List.of(byTime, new PipeStage.ByField(stage.by()));
    PipeStage.Stats bySeries = new PipeStage.Stats(stage.measures(), groups);
    boolean fits =
        stored.has(bySeries)
            && stored.isUniform(stage.by())
            && stage.series() <= MAX_SERIES_IN_FILTER;
    return fits ? Optional.of(series(stage, chart, whole, bySeries)) : Optional.empty();
  }

  private List<Row> series(
      PipeStage.TimeChart stage, Chart chart, PipeStage.Stats whole, PipeStage.Stats bySeries) {
    String field = stage.by();
    LogAnswer largest =
        ask(
            filter,
            List.of(
                new LogAggregate.Terms(
                    field,
                    field,
                    stage.series() + 1,
                    LogAggregate.Order.COUNT_DESCENDING,
                    List.of())));
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Bucket bucket : buckets(largest).buckets()) {
      counts.put(Values.text(bucket.key()), bucket.count());
    }
    chart.series(counts);
    List<String> chosen = counts.keySet().stream().filter(value -> !chart.isOther(value)).toList();
    LogFilter inChosen = new LogFilter.Terms(field, chosen);
    if (counts.size() == chosen.size()) {
      addSeries(chart, cells(filter, bySeries));
      return chart.rows();
    }
    addSeries(chart, cells(LogFilter.and(filter, inChosen), bySeries));
    LogFilter rest =
        LogFilter.and(filter, new LogFilter.Exists(field), new LogFilter.Not(inChosen));
    cells(rest, whole).forEach(cells -> add(chart, chart.others(), cells, 1));
    return chart.rows();
  }

  private static void addSeries(Chart chart, List<List<@Nullable Object>> cells) {
    for (List<@Nullable Object> line : cells) {
      String value = Values.text(line.get(1));
      if (!chart.isOther(value)) {
        add(chart, chart.seriesOf(value), line, 2);
      }
    }
  }

  private static void add(
      Chart chart, String series, List<@Nullable Object> cells, int measuresFrom) {
    if (cells.getFirst() instanceof Instant time) {
      chart.add(time, series, cells.subList(measuresFrom, cells.size()));
    }
  }
}
