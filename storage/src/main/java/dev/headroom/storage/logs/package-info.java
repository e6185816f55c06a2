/**
 * The log store: records in Lucene partitions (tenant, retention class, UTC day, generation), found
 * again as soon as they are acknowledged.
 *
 * <p>Callers know {@link dev.headroom.storage.logs.LogStore} and the values it takes and gives
 * ({@code LogFilter}, {@code LogAggregate}, {@code LogSearch}, {@code LogAnswer}); Lucene's types
 * do not leave this package.
 */
@NullMarked
package dev.headroom.storage.logs;

import org.jspecify.annotations.NullMarked;
