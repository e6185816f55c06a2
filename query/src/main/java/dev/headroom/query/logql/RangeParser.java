package dev.headroom.query.logql;

import dev.headroom.query.promql.NumberText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code rate({a="b"} |= "c" [5m] offset 1h)}, the range before or behind the stages. */
final class RangeParser {
  private final TokenReader in;
  private final PipelineParser pipeline;

  RangeParser(TokenReader in) {
    this.in = in;
    this.pipeline = new PipelineParser(in);
  }

  /** What is found between the parentheses, in any order. */
  private static final class Parts {
    private List<LabelMatch> matchers = List.of();
    private final List<Stage> stages = new ArrayList<>();
    private final List<Stage> unwrapped = new ArrayList<>();
    private Optional<Unwrap> unwrap = Optional.empty();
    private long rangeNanos;
    private long offsetNanos;
    private boolean hasOffset;
  }

  RangeQuery range(Token name, RangeOperation operation) {
    Optional<Grouping> before = operation.mayGroup() ? grouping() : Optional.empty();
    in.expect("(", "\"(\"");
    double parameter = operation == RangeOperation.QUANTILE_OVER_TIME ? quantile() : 0;
    var parts = new Parts();
    body(parts);
    if (parts.rangeNanos == 0) {
      throw in.unexpected("a range such as [5m]");
    }
    in.expect(")", "\")\", a stage or a range such as [5m]");
    if (!operation.fits(parts.unwrap.isPresent())) {
      throw in.source()
          .error(
              name.start(),
              "invalid aggregation "
                  + operation.symbol()
                  + (parts.unwrap.isPresent() ? " with unwrap" : " without unwrap"));
    }
    Token behind = in.peek();
    Optional<Grouping> grouping = before.or(this::grouping);
    if (grouping.isPresent() && !operation.mayGroup()) {
      throw in.source()
          .error(behind.start(), "grouping not allowed for " + operation.symbol() + " aggregation");
    }
    return new RangeQuery(
        operation,
        parameter,
        new LogQl.Lines(parts.matchers, parts.stages),
        parts.unwrap,
        parts.unwrapped,
        parts.rangeNanos,
        parts.offsetNanos,
        grouping.orElse(Grouping.NONE));
  }

  private double quantile() {
    boolean negative = in.take("-");
    if (in.peek().kind() != Token.Kind.NUMBER) {
      throw in.unexpected("a quantile such as 0.99");
    }
    double value = NumberText.number(in.next().text()).orElseThrow();
    in.expect(",", "\",\"");
    return negative ? -value : value;
  }

  private void body(Parts parts) {
    int open = 0;
    while (in.take("(")) {
      open++;
    }
    int start = in.peek().start();
    parts.matchers = pipeline.selector();
    requireSelective(in.source(), start, parts.matchers);
    while (true) {
      Optional<Unwrap> unwrap = pipeline.unwrap();
      if (unwrap.isPresent()) {
        if (parts.unwrap.isPresent()) {
          throw in.unexpected("one unwrap only");
        }
        parts.unwrap = unwrap;
        continue;
      }
      Stage stage = pipeline.stage();
      if (stage != null) {
        pipeline.add(parts.unwrap.isPresent() ? parts.unwrapped : parts.stages, stage);
      } else if (in.peek().is("[")) {
        window(parts);
      } else if (in.peek().isWord("offset")) {
        offset(parts);
      } else if (open > 0 && in.take(")")) {
        open--;
      } else {
        return;
      }
    }
  }

  private void window(Parts parts) {
    int start = in.next().start();
    if (parts.rangeNanos != 0) {
      throw in.source().error(start, "a second range");
    }
    parts.rangeNanos = in.durationNanos();
    if (parts.rangeNanos <= 0) {
      throw in.source().error(start, "range must be greater than 0");
    }
    in.expect("]", "\"]\"");
  }

  private void offset(Parts parts) {
    Token word = in.next();
    if (parts.hasOffset || parts.rangeNanos == 0) {
      throw in.source().error(word.start(), "offset belongs behind the range, once");
    }
    boolean negative = in.take("-");
    long nanos = in.durationNanos();
    parts.offsetNanos = negative ? -nanos : nanos;
    parts.hasOffset = true;
  }

  Optional<Grouping> grouping() {
    boolean by = in.takeWord("by");
    if (!by && !in.takeWord("without")) {
      return Optional.empty();
    }
    return Optional.of(new Grouping(in.names(), !by));
  }

  /** As Loki: a selector that any stream fulfils is a mistake. */
  static void requireSelective(Source source, int place, List<LabelMatch> matchers) {
    for (LabelMatch matcher : matchers) {
      if (!matcher.matches("")) {
        return;
      }
    }
    throw source.error(
        place,
        "queries require at least one regexp or equality matcher that does not have an"
            + " empty-compatible value, for instance app=~\".*\" does not meet this requirement,"
            + " but app=~\".+\" will");
  }
}
