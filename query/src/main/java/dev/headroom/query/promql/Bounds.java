package dev.headroom.query.promql;

/**
 * Start and end of the whole query as asked, to which {@code @ start()} and {@code end()} refer.
 */
record Bounds(long startMillis, long endMillis) {}
