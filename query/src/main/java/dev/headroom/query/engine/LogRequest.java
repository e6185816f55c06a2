package dev.headroom.query.engine;

import dev.headroom.query.lang.LogQuery;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.TimeRange;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A log query and how much of its answer is wanted.
 *
 * @param order of the hits, unless the query sorts them itself
 * @param limit rows; without one, what {@code head} says, else 100
 * @param after only hits behind this place
 * @param countHits whether the total is wanted; without it only the hits given are counted
 */
public record LogRequest(
    LogQuery query,
    TimeRange range,
    LogSort order,
    OptionalInt limit,
    Optional<LogCursor> after,
    boolean countHits) {}
