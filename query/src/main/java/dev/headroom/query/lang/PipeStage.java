package dev.headroom.query.lang;

import java.util.List;

/** One step behind a {@code |}: rows in, rows out. */
public sealed interface PipeStage {
  /** The word it starts with. */
  String keyword();

  /** The first rows only. */
  record Head(int count) implements PipeStage {
    @Override
    public String keyword() {
      return "head";
    }
  }

  /** Orders the rows; rows without a value come last. */
  record Sort(List<Key> keys) implements PipeStage {
    public Sort {
      keys = List.copyOf(keys);
    }

    @Override
    public String keyword() {
      return "sort";
    }
  }

  record Key(String field, boolean descending) {}

  /** Keeps only these fields, in this order. */
  record Fields(List<String> names) implements PipeStage {
    public Fields {
      names = List.copyOf(names);
    }

    @Override
    public String keyword() {
      return "fields";
    }
  }

  /** One row for each combination of the {@code by} fields' values. */
  record Stats(List<Measure> measures, List<String> by) implements PipeStage {
    public Stats {
      measures = List.copyOf(measures);
      by = List.copyOf(by);
    }

    @Override
    public String keyword() {
      return "stats";
    }
  }

  /**
   * A column that {@link Stats} computes.
   *
   * @param field empty for {@link Function#COUNT}
   */
  record Measure(Function function, String field, String name) {}

  enum Function {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX
  }
}
