package dev.headroom.storage.metrics;

/**
 * A block that was set aside because it cannot be read.
 *
 * @param block below the store's folder; it has the suffix {@code .damaged} now
 * @param samples lost with it; 0 when its manifest cannot be read either
 * @param fromMillis of the samples lost; of the whole day when not known better
 * @param toMillis last moment, likewise
 */
public record BlockDamage(
    String block, String problem, long samples, long bytes, long fromMillis, long toMillis) {}
