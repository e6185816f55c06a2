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

  /** The last rows only, in the order they came. */
  record Tail(int count) implements PipeStage {
    @Override
    public String keyword() {
      return "tail";
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

  /** Leaves these fields out; {@code *} stands for any characters. */
  record Drop(List<String> names) implements PipeStage {
    public Drop {
      names = List.copyOf(names);
    }

    @Override
    public String keyword() {
      return "fields";
    }
  }

  /** Only rows for which this is true. */
  record Where(Expr condition) implements PipeStage {
    @Override
    public String keyword() {
      return "where";
    }
  }

  /** Computes fields, one after the other. */
  record Eval(List<Assignment> assignments) implements PipeStage {
    public Eval {
      assignments = List.copyOf(assignments);
    }

    @Override
    public String keyword() {
      return "eval";
    }
  }

  record Assignment(String name, Expr value) {}

  /**
   * Takes fields out of a text.
   *
   * @param field empty for the body of the record
   */
  record Extract(ExtractPattern pattern, String field) implements PipeStage {
    @Override
    public String keyword() {
      return "extract";
    }
  }

  /**
   * Reads a text as an object.
   *
   * @param field empty for the body of the record
   */
  record Parse(Format format, String field) implements PipeStage {
    @Override
    public String keyword() {
      return "parse";
    }
  }

  enum Format {
    JSON,
    LOGFMT
  }

  /** One row for each combination of the {@code by} values. */
  record Stats(List<Measure> measures, List<Group> by) implements PipeStage {
    public Stats {
      measures = List.copyOf(measures);
      by = List.copyOf(by);
    }

    @Override
    public String keyword() {
      return "stats";
    }
  }

  /** What rows are grouped by: a column of the result. */
  sealed interface Group {
    String name();
  }

  record ByField(String name) implements Group {}

  record ByTime(TimeSpan span, String name) implements Group {}

  /**
   * A column that {@link Stats} computes.
   *
   * @param argument which percentile, or how many values
   * @param field empty for a {@link Function#COUNT} of rows
   */
  record Measure(Function function, double argument, String field, String name) {}

  enum Function {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    STDDEV,
    PERCENTILE,
    UNIQ,
    FIRST,
    LAST,
    VALUES
  }

  /** The most frequent combinations of values, or the least frequent ones. */
  record Ranked(boolean rarest, int count, List<String> fields, List<String> by)
      implements PipeStage {
    public Ranked {
      fields = List.copyOf(fields);
      by = List.copyOf(by);
    }

    @Override
    public String keyword() {
      return rarest ? "rare" : "top";
    }
  }

  /**
   * One row a span of time.
   *
   * @param by a field whose values become columns; empty for none
   * @param series so many of its values, the most frequent, have a column of their own
   */
  record TimeChart(TimeSpan span, List<Measure> measures, String by, int series)
      implements PipeStage {
    public TimeChart {
      measures = List.copyOf(measures);
    }

    @Override
    public String keyword() {
      return "timechart";
    }
  }

  /** The first rows of each combination of values. */
  record Dedup(List<String> fields, int keep) implements PipeStage {
    public Dedup {
      fields = List.copyOf(fields);
    }

    @Override
    public String keyword() {
      return "dedup";
    }
  }

  /**
   * Counts texts by what they have in common.
   *
   * @param field empty for the body of the record
   */
  record Pattern(String field) implements PipeStage {
    @Override
    public String keyword() {
      return "pattern";
    }
  }
}
