package dev.headroom.query.lang;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a pipeline finds its numbers: {@code aggregation>aggregation.property}, with {@code
 * ['key']} behind an aggregation for one of its buckets, {@code _count} for a bucket's records and
 * {@code _key} for its key.
 */
public record BucketPath(String text, List<String> steps) {
  public static BucketPath of(String text) {
    return new BucketPath(text, List.of(text.split(">", -1)));
  }

  public boolean isCount() {
    return text.equals("_count");
  }

  public boolean isKey() {
    return text.equals("_key");
  }

  /** The aggregation at which the path starts. */
  Optional<SearchAggregation> first(List<SearchAggregation> level) {
    for (String name : names(steps.getFirst())) {
      Optional<SearchAggregation> found = DslAggregationBody.child(level, name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** What the name in a step may be: the whole of it, or what stands before a property or key. */
  public static List<String> names(String step) {
    List<String> names = new ArrayList<>();
    names.add(step);
    for (int end = step.length() - 1; end > 0; end--) {
      if (step.charAt(end) == '.' || step.charAt(end) == '[') {
        names.add(step.substring(0, end));
      }
    }
    return names;
  }

  /** What stands behind the name in a step: a property, a key in brackets, or both. */
  public static String property(String step, String name) {
    return step.substring(name.length());
  }
}
