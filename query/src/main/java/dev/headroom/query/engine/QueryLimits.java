package dev.headroom.query.engine;

import dev.headroom.storage.logs.LogSearch;
import java.time.Duration;

/**
 * What one query, and all of them together, may use.
 *
 * @param deadline after which a query answers what it has
 * @param maxRows hits or table rows in one answer
 * @param maxGroups combinations of values that {@code stats … by} keeps
 * @param memoryBytes heap that all queries may hold together
 * @param memoryBytesPerQuery heap that one may hold
 * @param concurrentQueries how many run at once
 * @param maxWait how long a query waits for its turn before it is refused
 * @param maxScanned records that one query's stages may read
 */
public record QueryLimits(
    Duration deadline,
    int maxRows,
    int maxGroups,
    long memoryBytes,
    long memoryBytesPerQuery,
    int concurrentQueries,
    Duration maxWait,
    int maxScanned) {
  private static final int DEFAULT_MAX_SCANNED = 1_000_000;

  /** For a heap of some hundred megabytes and two cores. */
  public static final QueryLimits DEFAULT =
      new QueryLimits(
          Duration.ofSeconds(30),
          LogSearch.MAX_LIMIT,
          10_000,
          128L << 20,
          64L << 20,
          16,
          Duration.ofSeconds(5));

  public QueryLimits(
      Duration deadline,
      int maxRows,
      int maxGroups,
      long memoryBytes,
      long memoryBytesPerQuery,
      int concurrentQueries,
      Duration maxWait) {
    this(
        deadline,
        maxRows,
        maxGroups,
        memoryBytes,
        memoryBytesPerQuery,
        concurrentQueries,
        maxWait,
        DEFAULT_MAX_SCANNED);
  }

  public QueryLimits {
    if (deadline.isNegative() || deadline.isZero() || maxWait.isNegative()) {
      throw new IllegalArgumentException("query deadline must be positive, got " + deadline);
    }
    if (maxRows < 1 || maxRows > LogSearch.MAX_LIMIT) {
      throw new IllegalArgumentException(
          "rows of a query must be 1 to " + LogSearch.MAX_LIMIT + ", got " + maxRows);
    }
    if (maxGroups < 1 || concurrentQueries < 1 || maxScanned < 1) {
      throw new IllegalArgumentException(
          "groups, concurrent queries and scanned records must be at least 1");
    }
    if (memoryBytesPerQuery < 1 || memoryBytes < memoryBytesPerQuery) {
      throw new IllegalArgumentException(
          "query memory must be at least what one query may hold, got " + memoryBytes);
    }
  }
}
