package dev.headroom.storage.metrics;

import dev.headroom.storage.model.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Postings in memory that series are added to; callers lock. */
final class LabelIndex implements LabelPostings {
  private static final int[] NONE = {};

  private final Map<String, Map<String, Ids>> ids = new HashMap<>();
  private int count;

  private static final class Ids {
    private int[] array = new int[4];
    private int size;

    void add(int id) {
      if (size == array.length) {
        array = Arrays.copyOf(array, size * 2);
      }
      array[size++] = id;
    }
  }

  /** Adds a series; it gets the next id. */
  void add(Labels labels) {
    int id = count++;
    for (int i = 0; i < labels.size(); i++) {
      ids.computeIfAbsent(labels.name(i), _ -> new HashMap<>())
          .computeIfAbsent(labels.value(i), _ -> new Ids())
          .add(id);
    }
  }

  @Override
  public int seriesCount() {
    return count;
  }

  @Override
  public int[] withValue(String name, String value) {
    Ids found = ids.getOrDefault(name, Map.of()).get(value);
    return found == null ? NONE : Arrays.copyOf(found.array, found.size);
  }

  @Override
  public void withValues(String name, Predicate<String> condition, IdSink sink) {
    ids.getOrDefault(name, Map.of())
        .forEach(
            (value, found) -> {
              if (condition.test(value)) {
                sink.accept(found.array, found.size);
              }
            });
  }
}
