package dev.headroom.query.http;

import dev.headroom.query.lang.Glob;
import dev.headroom.storage.logs.LogFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * Indices as a request names them: names and patterns with {@code *}, separated by commas; a
 * pattern behind {@code -} takes away again. No patterns at all means all.
 */
record IndexNames(List<String> patterns, List<String> excluded) {
  private static final int MAX_NAMES = 1000;
  private static final String INDEX = "_index";

  static IndexNames of(String expression) {
    var patterns = new ArrayList<String>();
    var excluded = new ArrayList<String>();
    for (String part : expression.split(",", -1)) {
      String name = part.trim();
      if (name.startsWith("-") && name.length() > 1 && !patterns.isEmpty()) {
        excluded.add(name.substring(1));
      } else if (!name.isEmpty()) {
        patterns.add(name);
      }
    }
    if (patterns.size() + excluded.size() > MAX_NAMES) {
      throw new ElasticException(
          400, "illegal_argument_exception", "more than " + MAX_NAMES + " index names", null);
    }
    boolean all = patterns.stream().allMatch(name -> name.equals("*") || name.equals("_all"));
    return new IndexNames(all ? List.of() : patterns, excluded);
  }

  /** What {@link #of} makes the same names of. */
  String expression() {
    var parts = new ArrayList<>(patterns.isEmpty() ? List.of("*") : patterns);
    excluded.forEach(name -> parts.add("-" + name));
    return String.join(",", parts);
  }

  private static boolean isPattern(String name) {
    return name.indexOf('*') >= 0;
  }

  boolean namesConcrete() {
    return patterns.stream().anyMatch(name -> !isPattern(name));
  }

  /** Which of the existing indices are meant. */
  List<String> among(List<String> existing) {
    return existing.stream()
        .filter(
            index -> patterns.isEmpty() || patterns.stream().anyMatch(name -> matches(name, index)))
        .filter(index -> excluded.stream().noneMatch(name -> matches(name, index)))
        .toList();
  }

  /**
   * @throws ElasticException when a name without {@code *} is not there and that is not to be
   *     ignored, or nothing is there and that is not allowed
   */
  void check(List<String> existing, boolean ignoreUnavailable, boolean allowNoIndices) {
    if (!ignoreUnavailable) {
      for (String name : patterns) {
        if (!isPattern(name) && !existing.contains(name)) {
          throw ElasticException.noSuchIndex(name);
        }
      }
    }
    if (!allowNoIndices && among(existing).isEmpty()) {
      throw ElasticException.noSuchIndex(patterns.isEmpty() ? "_all" : String.join(",", patterns));
    }
  }

  /** The filter without the records of excluded indices. */
  LogFilter restrict(LogFilter filter) {
    if (excluded.isEmpty()) {
      return filter;
    }
    var all = new ArrayList<LogFilter>();
    all.add(filter);
    excluded.forEach(name -> all.add(new LogFilter.Not(new LogFilter.Term(INDEX, name))));
    return LogFilter.and(all);
  }

  private static boolean matches(String pattern, String index) {
    return Glob.matches(pattern, index);
  }
}
