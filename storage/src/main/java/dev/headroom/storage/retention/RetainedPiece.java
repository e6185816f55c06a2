package dev.headroom.storage.retention;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;

/**
 * A piece of stored data that goes as a whole: a log partition or a metric block.
 *
 * @param kind {@code log_partition} or {@code metric_block}
 * @param name unique inside its store: the path below the store's folder
 * @param retentionClass {@code d30}, {@code h12} …; how long data of this piece is kept
 * @param range event times that it may hold; it may go when the whole range is too old
 * @param bytes on the disk now
 */
public record RetainedPiece(
    TenantId tenant,
    String kind,
    String name,
    String retentionClass,
    TimeRange range,
    long records,
    long bytes) {}
