package dev.headroom.storage.logs;

import dev.headroom.storage.model.StreamAttributes;

/** A stream that holds records. Times are epoch nanoseconds of event time. */
public record StreamInfo(
    String name, StreamAttributes attributes, long records, long firstNanos, long lastNanos) {}
