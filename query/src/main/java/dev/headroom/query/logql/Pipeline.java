package dev.headroom.query.logql;

import java.util.List;

/** A query's selector and stages over the entries of one run. One thread. */
final class Pipeline {
  private final List<LabelMatch> matchers;
  private final List<Stage> stages;

  Pipeline(LogQl.Lines query) {
    this.matchers = query.matchers();
    this.stages = query.stages().stream().map(Stage::start).toList();
  }

  /** False when the entry is not of the answer. */
  boolean process(Entry entry) {
    for (LabelMatch matcher : matchers) {
      if (!matcher.matches(entry.stream().getOrDefault(matcher.name(), ""))) {
        return false;
      }
    }
    for (Stage stage : stages) {
      if (!stage.process(entry)) {
        return false;
      }
    }
    return true;
  }
}
