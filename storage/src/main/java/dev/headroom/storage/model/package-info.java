/**
 * The nouns every module shares: records and samples as {@code ingest} hands them over, identity
 * (tenant, stream, series), time, errors and the limits of a query. No I/O, no third-party types.
 *
 * <p>Read {@link dev.headroom.storage.model.LogBatch} first: it is what flows through the product,
 * and its bytes are what the log WAL holds.
 */
@NullMarked
package dev.headroom.storage.model;

import org.jspecify.annotations.NullMarked;
