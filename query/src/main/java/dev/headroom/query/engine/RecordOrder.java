package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.LogSort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * In which order records are read, so that a first {@code sort} or {@code tail} needs not read them
 * all.
 *
 * @param ties the keys of a sort whose first key the store orders by, when there are more
 * @param reversed how many records are read from the other end; empty when they are not
 * @param rest the stages that remain
 */
record RecordOrder(
    LogSort sort,
    Optional<List<PipeStage.Key>> ties,
    Optional<Integer> reversed,
    List<PipeStage> rest) {

  static RecordOrder of(List<PipeStage> stages, LogSort order, StoredFields stored) {
    if (!stages.isEmpty()
        && stages.getFirst() instanceof PipeStage.Sort sort
        && stored.isSorted(sort.keys().getFirst().field())) {
      PipeStage.Key first = sort.keys().getFirst();
      String field = StoredFields.isTime(first.field()) ? LogSchema.TIMESTAMP : first.field();
      return new RecordOrder(
          new LogSort(field, first.descending()),
          sort.keys().size() > 1 ? Optional.of(sort.keys()) : Optional.empty(),
          Optional.empty(),
          stages.subList(1, stages.size()));
    }
    for (int i = 0; i < stages.size(); i++) {
      if (stages.get(i) instanceof PipeStage.Tail tail) {
        var rest = new ArrayList<>(stages);
        rest.remove(i);
        return new RecordOrder(
            new LogSort(order.field(), !order.descending()),
            Optional.empty(),
            Optional.of(tail.count()),
            rest);
      }
      if (!Pipeline.keepsRows(stages.get(i))) {
        break;
      }
    }
    return new RecordOrder(order, Optional.empty(), Optional.empty(), stages);
  }

  /** The step that takes the records, in front of the first of {@link #rest}. */
  Step step(Step next, QueryRun run) {
    if (ties.isPresent()) {
      return new SortSteps.Runs(ties.get(), run, next);
    }
    return reversed.isPresent()
        ? new RowSteps.Head(reversed.get(), new RowSteps.Reverse(run, next))
        : next;
  }

  /** Records that must be read for so many rows; the largest int when that is not known. */
  int wanted(int limit) {
    if (reversed.isPresent()) {
      return reversed.get();
    }
    return ties.isPresent() ? Integer.MAX_VALUE : Pipeline.wanted(rest, limit);
  }

  /** Whether an answer can go on where it ended. */
  boolean isPaged() {
    return ties.isEmpty() && reversed.isEmpty() && rest.stream().allMatch(Pipeline::isRowByRow);
  }
}
