package dev.headroom.query.logql;

import dev.headroom.query.promql.Expr;
import java.util.List;
import java.util.stream.Collectors;

/** A query that was read. */
public sealed interface LogQl {
  /**
   * Log lines: which, and what happens to them.
   *
   * @param matchers every one holds for the stream labels
   */
  record Lines(List<LabelMatch> matchers, List<Stage> stages) implements LogQl {
    public Lines {
      matchers = List.copyOf(matchers);
      stages = List.copyOf(stages);
    }

    /** The matchers alone. */
    public String selector() {
      return matchers.stream()
          .map(LabelMatch::toString)
          .collect(Collectors.joining(", ", "{", "}"));
    }

    @Override
    public String toString() {
      return selector() + stages.stream().map(stage -> " " + stage).collect(Collectors.joining());
    }
  }

  /**
   * Numbers over time.
   *
   * @param expr PromQL in which a selector {@code {__range__="0"}} stands for each range
   * @param ranges what those selectors stand for, by number
   */
  record Metric(Expr expr, List<RangeQuery> ranges, String text) implements LogQl {
    /** The label by which the expression names a range. */
    static final String RANGE = "__range__";

    public Metric {
      ranges = List.copyOf(ranges);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
