package dev.headroom.query.logql;

import dev.headroom.query.promql.Expr;
import dev.headroom.query.promql.Timing;
import dev.headroom.storage.metrics.LabelMatcher;
import java.util.List;

/** How ranges stand in the PromQL expression around them. */
final class MetricPlan {
  /** The selector that stands for a range. */
  static Expr.Selector selector(int number) {
    var matcher = LabelMatcher.equal(LogQl.Metric.RANGE, String.valueOf(number));
    return new Expr.Selector("", List.of(matcher), Timing.NONE);
  }

  /** The number of the range that a selector stands for. */
  static int number(List<LabelMatcher> matchers) {
    return Integer.parseInt(matchers.getFirst().value());
  }

  /**
   * A sum over a range whose values add up is made of sums by the same labels already: of lines by
   * the hundred thousand, each with labels of its own, only a few series are kept.
   */
  static void pushGrouping(List<RangeQuery> ranges, int first, Expr inner, Grouping grouping) {
    if (!(inner.unwrapped() instanceof Expr.Selector) || ranges.size() != first + 1) {
      return;
    }
    RangeQuery range = ranges.get(first);
    if (range.operation().isAdditive() && range.grouping().equals(Grouping.NONE)) {
      ranges.set(first, range.groupedBy(grouping));
    }
  }

  private MetricPlan() {}
}
