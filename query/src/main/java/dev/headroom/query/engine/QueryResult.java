package dev.headroom.query.engine;

import dev.headroom.storage.logs.LogCursor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a query found.
 *
 * @param total records that match the filter; a lower bound when {@code totalIsExact} is false
 * @param next where to go on; empty at the end, and where there is no going on (a table)
 * @param partialReasons why the answer is not complete; empty when it is
 */
public record QueryResult(
    Rows rows,
    long total,
    boolean totalIsExact,
    Optional<LogCursor> next,
    List<String> partialReasons) {
  public QueryResult {
    partialReasons = List.copyOf(partialReasons);
  }

  public boolean isPartial() {
    return !partialReasons.isEmpty();
  }

  /** Records, or the table that stages made of them. */
  public sealed interface Rows {}

  /** Records, with what stages changed of them. */
  public record Hits(List<Row> rows) implements Rows {}

  /**
   * Each row has a value a column: {@code Long}, {@code Double}, {@code Boolean}, text, {@code
   * Instant}, {@code Json}, a list of those, or null.
   */
  public record Table(List<String> columns, List<List<@Nullable Object>> rows) implements Rows {}
}
