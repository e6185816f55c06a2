package dev.headroom.query.lang;

import java.util.List;

/**
 * Which parts of a record's source are given back. Patterns are dotted paths with {@code *}; a
 * pattern stands for what is below it, too.
 */
public record SourceFilter(boolean enabled, List<String> includes, List<String> excludes) {
  public static final SourceFilter EVERYTHING = new SourceFilter(true, List.of(), List.of());
  public static final SourceFilter NOTHING = new SourceFilter(false, List.of(), List.of());

  /** What becomes of the value at a path. */
  public enum Verdict {
    KEEP,
    /** Some of what is below it may be kept. */
    DESCEND,
    DROP
  }

  public SourceFilter {
    includes = List.copyOf(includes);
    excludes = List.copyOf(excludes);
  }

  public boolean keepsEverything() {
    return enabled && includes.isEmpty() && excludes.isEmpty();
  }

  public Verdict verdict(String path) {
    if (!enabled || excludes.stream().anyMatch(pattern -> covers(pattern, path))) {
      return Verdict.DROP;
    }
    boolean included =
        includes.isEmpty() || includes.stream().anyMatch(pattern -> covers(pattern, path));
    if (included && excludes.isEmpty()) {
      return Verdict.KEEP;
    }
    return included || includes.stream().anyMatch(pattern -> mayBeBelow(pattern, path))
        ? Verdict.DESCEND
        : Verdict.DROP;
  }

  /** Whether the value at the path, which has nothing below it, is kept. */
  public boolean keepsLeaf(String path) {
    return enabled
        && excludes.stream().noneMatch(pattern -> covers(pattern, path))
        && (includes.isEmpty() || includes.stream().anyMatch(pattern -> covers(pattern, path)));
  }

  /** The pattern matches the path or a parent of it. */
  private static boolean covers(String pattern, String path) {
    for (int end = path.indexOf('.'); end >= 0; end = path.indexOf('.', end + 1)) {
      if (Glob.matches(pattern, path.substring(0, end))) {
        return true;
      }
    }
    return Glob.matches(pattern, path);
  }

  private static boolean mayBeBelow(String pattern, String path) {
    int star = pattern.indexOf('*');
    String literal = star < 0 ? pattern : pattern.substring(0, star);
    String below = path + ".";
    return star < 0
        ? literal.startsWith(below)
        : literal.startsWith(below) || below.startsWith(literal);
  }
}
