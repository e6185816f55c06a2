package dev.headroom.query.engine;

import dev.headroom.query.lang.ExprTree;
import dev.headroom.query.lang.Glob;
import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.SourceFilter;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which columns the rows have behind each stage, as far as can be said before they are there, and
 * so whether a stage asks for one that cannot be. Records have any field.
 *
 * @param isTable whether a stage has made a table of the records
 * @param names empty when they depend on the rows
 * @param least those that are there in any case
 */
record Columns(boolean isTable, Optional<List<String>> names, List<String> least) {
  private static final Columns RECORDS = new Columns(false, Optional.empty(), List.of());

  /**
   * Follows the stages of a query.
   *
   * @throws HeadroomException INVALID when a stage names a column that a table has not
   */
  static Columns behind(List<PipeStage> stages) {
    Columns columns = RECORDS;
    for (PipeStage stage : stages) {
      columns.check(stage);
      columns = columns.behind(stage);
    }
    return columns;
  }

  private static Columns table(List<String> names) {
    return new Columns(true, Optional.of(names), names);
  }

  private Columns behind(PipeStage stage) {
    return switch (stage) {
      case PipeStage.Head _, PipeStage.Tail _, PipeStage.Sort _ -> this;
      case PipeStage.Where _, PipeStage.Dedup _ -> this;
      case PipeStage.Stats stats -> table(StatsSteps.columns(stats));
      case PipeStage.Ranked ranked -> table(StatsSteps.columns(ranked));
      case PipeStage.Pattern _ -> table(PatternStep.COLUMNS);
      case PipeStage.TimeChart chart -> chart(chart);
      case PipeStage.Fields fields -> isTable ? kept(fields.names()) : this;
      case PipeStage.Drop drop -> isTable ? without(drop.names()) : this;
      case PipeStage.Eval eval ->
          with(eval.assignments().stream().map(PipeStage.Assignment::name).toList());
      case PipeStage.Extract _, PipeStage.Parse _ ->
          isTable ? new Columns(true, Optional.empty(), least) : this;
    };
  }

  private static Columns chart(PipeStage.TimeChart chart) {
    List<String> measures = chart.measures().stream().map(PipeStage.Measure::name).toList();
    return chart.by().isEmpty()
        ? table(Stream.concat(Stream.of(Row.TIME), measures.stream()).toList())
        : new Columns(true, Optional.empty(), List.of(Row.TIME));
  }

  private Columns kept(List<String> wanted) {
    var kept = new ArrayList<String>();
    for (String name : wanted) {
      Stream<String> matching =
          name.indexOf('*') < 0
              ? Stream.of(name)
              : names.orElse(List.of()).stream().filter(column -> Glob.matches(name, column));
      matching.filter(column -> !kept.contains(column)).forEach(kept::add);
    }
    boolean known = names.isPresent() || wanted.stream().noneMatch(name -> name.indexOf('*') >= 0);
    return new Columns(true, known ? Optional.of(kept) : Optional.empty(), kept);
  }

  private Columns without(List<String> patterns) {
    var filter = new SourceFilter(true, List.of(), patterns);
    return new Columns(true, names.map(all -> remaining(all, filter)), remaining(least, filter));
  }

  private static List<String> remaining(List<String> all, SourceFilter filter) {
    return all.stream().filter(name -> filter.verdict(name) != SourceFilter.Verdict.DROP).toList();
  }

  private Columns with(List<String> added) {
    return isTable
        ? new Columns(true, names.map(all -> joined(all, added)), joined(least, added))
        : this;
  }

  private static List<String> joined(List<String> all, List<String> added) {
    return Stream.concat(all.stream(), added.stream()).distinct().toList();
  }

  private void check(PipeStage stage) {
    if (names.isEmpty()) {
      return;
    }
    switch (stage) {
      case PipeStage.Head _, PipeStage.Tail _, PipeStage.Drop _ -> {}
      case PipeStage.Sort sort -> sort.keys().forEach(key -> check(key.field()));
      case PipeStage.Fields fields ->
          fields.names().stream().filter(name -> name.indexOf('*') < 0).forEach(this::check);
      case PipeStage.Where where -> ExprTree.fields(where.condition()).forEach(this::check);
      case PipeStage.Eval eval -> check(eval);
      case PipeStage.Dedup dedup -> dedup.fields().forEach(this::check);
      case PipeStage.Ranked ranked ->
          Stream.concat(ranked.by().stream(), ranked.fields().stream()).forEach(this::check);
      case PipeStage.Stats stats -> {
        stats.by().forEach(this::check);
        check(stats.measures());
      }
      case PipeStage.TimeChart chart -> {
        check(Row.TIME);
        check(chart.measures());
        checkGiven(chart.by());
      }
      case PipeStage.Extract extract -> checkGiven(extract.field());
      case PipeStage.Parse parse -> checkGiven(parse.field());
      case PipeStage.Pattern pattern -> checkGiven(pattern.field());
    }
  }

  /** A field computed first may be used by those behind it. */
  private void check(PipeStage.Eval eval) {
    Columns known = this;
    for (PipeStage.Assignment assignment : eval.assignments()) {
      ExprTree.fields(assignment.value()).forEach(known::check);
      known = known.with(List.of(assignment.name()));
    }
  }

  private void check(PipeStage.Group group) {
    check(group instanceof PipeStage.ByField field ? field.name() : Row.TIME);
  }

  private void check(List<PipeStage.Measure> measures) {
    measures.forEach(measure -> checkGiven(measure.field()));
  }

  private void checkGiven(String name) {
    if (!name.isEmpty()) {
      check(name);
    }
  }

  private void check(String name) {
    List<String> known = names.orElse(List.of());
    boolean inside =
        known.stream().anyMatch(column -> name.startsWith(column + ".")); // of an object
    if (!inside && !known.contains(name)) {
      throw HeadroomException.invalid(
          "there is no column " + name + "; there are " + String.join(", ", known));
    }
  }
}
