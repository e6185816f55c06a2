package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import java.util.List;

/** The steps that run stages, and what can be said of stages without running them. */
final class Pipeline {
  /** The first step of these stages, in front of the last one. */
  static Step steps(List<PipeStage> stages, int limit, QueryRun run, Step last) {
    Step next = last;
    for (int i = stages.size() - 1; i >= 0; i--) {
      next = step(stages.get(i), wanted(stages.subList(i + 1, stages.size()), limit), run, next);
    }
    return next;
  }

  private static Step step(PipeStage stage, int wanted, QueryRun run, Step next) {
    return switch (stage) {
      case PipeStage.Head head -> new RowSteps.Head(head.count(), next);
      case PipeStage.Tail tail -> new RowSteps.Tail(tail.count(), run, next);
      case PipeStage.Sort sort -> new SortSteps.Sort(sort.keys(), wanted, run, next);
      case PipeStage.Fields fields -> new RowSteps.Fields(fields.names(), next);
      case PipeStage.Drop drop -> new RowSteps.Drop(drop.names(), next);
      case PipeStage.Where where -> new RowSteps.Where(where, run, next);
      case PipeStage.Eval eval -> new RowSteps.Eval(eval, run, next);
      case PipeStage.Extract extract -> new RowSteps.Extract(extract, run, next);
      case PipeStage.Parse parse -> new RowSteps.Parse(parse, next);
      case PipeStage.Stats stats -> new StatsSteps.Stats(stats, run, next);
      case PipeStage.Ranked ranked ->
          new StatsSteps.Stats(
              StatsSteps.counting(ranked), run, new StatsSteps.Ranked(ranked, next));
      case PipeStage.TimeChart chart -> new StatsSteps.TimeChart(chart, run, next);
      case PipeStage.Dedup dedup -> new RowSteps.Dedup(dedup, run, next);
      case PipeStage.Pattern pattern -> new PatternStep(pattern.field(), run, next);
    };
  }

  /** How many rows the stages want at most: the first ones; the largest int for all of them. */
  static int wanted(List<PipeStage> stages, int limit) {
    for (PipeStage stage : stages) {
      if (stage instanceof PipeStage.Head head) {
        return head.count();
      }
      if (!keepsRows(stage)) {
        return Integer.MAX_VALUE;
      }
    }
    return limit;
  }

  /** Whether each row goes in and comes out, in the same order. */
  static boolean keepsRows(PipeStage stage) {
    return switch (stage) {
      case PipeStage.Eval _, PipeStage.Extract _, PipeStage.Parse _ -> true;
      case PipeStage.Fields _, PipeStage.Drop _ -> true;
      case PipeStage.Where _, PipeStage.Dedup _, PipeStage.Pattern _ -> false;
      case PipeStage.Head _, PipeStage.Tail _, PipeStage.Sort _ -> false;
      case PipeStage.Stats _, PipeStage.Ranked _, PipeStage.TimeChart _ -> false;
    };
  }

  /** Whether a stage looks at one row alone, so that an answer can go on where one ended. */
  static boolean isRowByRow(PipeStage stage) {
    return keepsRows(stage) || stage instanceof PipeStage.Where;
  }

  /** Whether the query itself says how many rows it wants. */
  static boolean isBounded(List<PipeStage> stages) {
    return stages.stream()
        .anyMatch(stage -> stage instanceof PipeStage.Head || stage instanceof PipeStage.Tail);
  }

  private Pipeline() {}
}
