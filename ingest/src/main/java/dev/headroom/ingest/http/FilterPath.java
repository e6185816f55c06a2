package dev.headroom.ingest.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.filter.FilteringGeneratorDelegate;
import com.fasterxml.jackson.core.filter.TokenFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elasticsearch's {@code filter_path}: dotted paths of what an answer shall hold, {@code *} for
 * part or all of a name, {@code **} for any number of levels. Names that start with {@code -}
 * (exclusions) are not known and give the whole answer.
 */
final class FilterPath {
  private static final int MAX_PATHS = 32;
  private static final int MAX_CHARS = 1024;

  /** The generator that lets through only what the parameter names; all if it is empty. */
  static JsonGenerator filter(JsonGenerator out, @Nullable String parameter) {
    if (parameter == null || parameter.isBlank() || parameter.length() > MAX_CHARS) {
      return out;
    }
    List<List<String>> paths = new ArrayList<>();
    for (String path : parameter.split(",", MAX_PATHS)) {
      if (path.startsWith("-")) {
        return out;
      }
      if (!path.isBlank()) {
        paths.add(List.of(path.strip().split("\\.", -1)));
      }
    }
    return new FilteringGeneratorDelegate(
        out, new PathFilter(paths), TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true);
  }

  /** What of the paths is left below the current place. */
  private static final class PathFilter extends TokenFilter {
    private final List<List<String>> rest;

    PathFilter(List<List<String>> rest) {
      this.rest = rest;
    }

    @Override
    public @Nullable TokenFilter includeProperty(String name) {
      List<List<String>> below = new ArrayList<>();
      for (List<String> path : rest) {
        String first = path.getFirst();
        List<String> tail = path.subList(1, path.size());
        if (first.equals("**")) {
          below.add(path);
          if (!tail.isEmpty() && matches(tail.getFirst(), name)) {
            below.add(tail.subList(1, tail.size()));
          }
        } else if (matches(first, name)) {
          below.add(tail);
        }
      }
      if (below.isEmpty()) {
        return null;
      }
      return below.stream().anyMatch(List::isEmpty)
          ? TokenFilter.INCLUDE_ALL
          : new PathFilter(below);
    }

    private static boolean matches(String pattern, String name) {
      int star = pattern.indexOf('*');
      return star < 0
          ? pattern.equals(name)
          : name.length() >= pattern.length() - 1
              && name.startsWith(pattern.substring(0, star))
              && name.endsWith(pattern.substring(star + 1));
    }

    @Override
    protected boolean _includeScalar() {
      return false;
    }
  }

  private FilterPath() {}
}
