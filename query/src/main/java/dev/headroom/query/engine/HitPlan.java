package dev.headroom.query.engine;

import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.PipeStage;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stages over records: a first {@code sort} by one field and the first {@code head} are the store's
 * order and limit; what follows a {@code head} runs over the few rows it left.
 *
 * @param limit empty without a {@code head}
 * @param fields empty for all
 */
record HitPlan(LogSort sort, Optional<Integer> limit, List<PipeStage> rest, List<String> fields) {
  static HitPlan of(List<PipeStage> stages, LogSort order) {
    LogSort sort = order;
    Optional<Integer> limit = Optional.empty();
    var rest = new ArrayList<PipeStage>();
    List<String> fields = List.of();
    for (PipeStage stage : stages) {
      switch (stage) {
        case PipeStage.Stats _ ->
            throw HeadroomException.invalid("stats can only be the first stage of a query");
        case PipeStage.Fields kept -> fields = kept.names();
        case PipeStage.Head head -> {
          if (limit.isEmpty()) {
            limit = Optional.of(head.count());
          } else {
            rest.add(head);
          }
        }
        case PipeStage.Sort keys -> {
          if (limit.isEmpty()) {
            sort = pushed(keys);
          } else {
            rest.add(keys);
          }
        }
      }
    }
    return new HitPlan(sort, limit, rest, fields);
  }

  private static LogSort pushed(PipeStage.Sort sort) {
    if (sort.keys().size() > 1) {
      throw HeadroomException.invalid(
          "records are sorted by one field; put a head before a sort by several");
    }
    return new LogSort(sort.keys().getFirst().field(), sort.keys().getFirst().descending());
  }

  List<LogHit> finish(List<LogHit> hits) {
    List<LogHit> current = hits;
    for (PipeStage stage : rest) {
      if (stage instanceof PipeStage.Head head) {
        current = current.subList(0, Math.min(head.count(), current.size()));
      } else if (stage instanceof PipeStage.Sort sort) {
        current = sorted(current, sort.keys());
      }
    }
    return current;
  }

  private record Keyed(LogHit hit, List<@Nullable Object> keys) {}

  private static List<LogHit> sorted(List<LogHit> hits, List<PipeStage.Key> by) {
    var keyed = new ArrayList<Keyed>();
    for (LogHit hit : hits) {
      var fields = new RecordFields(hit);
      var keys = new ArrayList<@Nullable Object>();
      for (PipeStage.Key key : by) {
        Optional<Json> value = fields.get(key.field());
        keys.add(value.isPresent() ? ValueOrder.key(value.get()) : null);
      }
      keyed.add(new Keyed(hit, keys));
    }
    Comparator<Keyed> order = (_, _) -> 0;
    for (int i = 0; i < by.size(); i++) {
      int column = i;
      Comparator<@Nullable Object> values = ValueOrder.of(by.get(i).descending());
      order =
          order.thenComparing((a, b) -> values.compare(a.keys().get(column), b.keys().get(column)));
    }
    keyed.sort(order);
    return keyed.stream().map(Keyed::hit).toList();
  }
}
