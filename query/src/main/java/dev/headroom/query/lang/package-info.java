/**
 * The languages logs are asked in, read into one tree: {@link dev.headroom.query.lang.PipeParser}
 * for Lucene query syntax followed by pipes, {@link dev.headroom.query.lang.SearchDslParser} for
 * the Elasticsearch query DSL. Both give {@code LogFilter}s, which the store knows.
 *
 * <p>Nothing here does I/O; every parser is bounded in length, depth and number of clauses, and
 * refuses what it does not know with the column or the name of it.
 */
@NullMarked
package dev.headroom.query.lang;

import org.jspecify.annotations.NullMarked;
