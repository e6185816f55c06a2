package dev.headroom.storage.file;

import dev.headroom.storage.model.TimeRange;
import java.util.Optional;

/**
 * Something stored that could not be read and was set aside, so that the rest can be used.
 *
 * @param item the file or folder, below the data directory's part it belongs to
 * @param problem what was found, and what was done
 * @param records that it held, as far as is known; −1 when nothing tells
 * @param bytes that were not read
 * @param range event times it held, when known
 */
public record Damage(
    String item, String problem, long records, long bytes, Optional<TimeRange> range) {}
