package dev.headroom.storage.metrics;

import dev.headroom.storage.model.HeadroomException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Matchers made ready to run: conditions that an absent label fails are looked up and intersected,
 * the others are turned round and what fails them is taken away, as Prometheus does.
 */
final class SeriesSelection {
  private final List<Condition> conditions;

  /**
   * @param exact the only value that holds, if it is one
   * @param matchesAbsent whether the empty value, which an absent label has, fulfils it
   */
  private record Condition(
      String name, boolean isExact, String exact, Predicate<String> holds, boolean matchesAbsent) {}

  private SeriesSelection(List<Condition> conditions) {
    this.conditions = conditions;
  }

  /**
   * @throws HeadroomException INVALID when a regular expression cannot be used
   */
  static SeriesSelection of(List<LabelMatcher> matchers) {
    return new SeriesSelection(matchers.stream().map(SeriesSelection::condition).toList());
  }

  private static Condition condition(LabelMatcher matcher) {
    String value = matcher.value();
    Predicate<String> holds =
        switch (matcher.op()) {
          case EQUAL -> value::equals;
          case NOT_EQUAL -> text -> !text.equals(value);
          case REGEX -> regex(value);
          case NOT_REGEX -> regex(value).negate();
        };
    boolean exact = matcher.op() == LabelMatcher.Op.EQUAL && !value.isEmpty();
    return new Condition(matcher.name(), exact, value, holds, holds.test(""));
  }

  private static Predicate<String> regex(String pattern) {
    Set<String> literals = LabelRegex.literals(pattern);
    return literals.isEmpty() ? LabelRegex.compile(pattern) : literals::contains;
  }

  /** Ids of the series that match, ascending. */
  int[] select(LabelPostings postings) {
    int[] candidates = null;
    for (Condition condition : conditions) {
      if (condition.isExact) {
        int[] ids = postings.withValue(condition.name, condition.exact);
        candidates = candidates == null ? ids : intersect(candidates, ids);
      }
    }
    for (Condition condition : conditions) {
      if (candidates != null && candidates.length == 0) {
        return candidates;
      }
      if (!condition.isExact) {
        BitSet ids = valuesThat(condition, postings);
        candidates = filter(candidates, postings.seriesCount(), ids, !condition.matchesAbsent);
      }
    }
    return candidates == null ? all(postings.seriesCount()) : candidates;
  }

  /** Series whose value fulfils the condition; if an absent label does so too, those that fail. */
  private static BitSet valuesThat(Condition condition, LabelPostings postings) {
    var found = new BitSet(postings.seriesCount());
    postings.withValues(
        condition.name,
        condition.matchesAbsent ? condition.holds.negate() : condition.holds,
        (ids, count) -> {
          for (int i = 0; i < count; i++) {
            found.set(ids[i]);
          }
        });
    return found;
  }

  private static int[] filter(
      int @org.jspecify.annotations.Nullable [] candidates, int count, BitSet ids, boolean keep) {
    int[] from = candidates == null ? all(count) : candidates;
    var kept = new int[from.length];
    int size = 0;
    for (int id : from) {
      if (ids.get(id) == keep) {
        kept[size++] = id;
      }
    }
    return Arrays.copyOf(kept, size);
  }

  private static int[] intersect(int[] a, int[] b) {
    var both = new int[Math.min(a.length, b.length)];
    int size = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] < b[j]) {
        i++;
      } else if (a[i] > b[j]) {
        j++;
      } else {
        both[size++] = a[i++];
        j++;
      }
    }
    return Arrays.copyOf(both, size);
  }

  private static int[] all(int count) {
    var ids = new int[count];
    Arrays.setAll(ids, i -> i);
    return ids;
  }
}
