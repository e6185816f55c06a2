/**
 * The write-ahead log: bytes in, durable when told so, read back after a crash. Knows nothing of
 * what a payload means; the stores of logs and of metrics each own one.
 *
 * <p>Read {@link dev.headroom.storage.wal.WriteAheadLog} first.
 */
@NullMarked
package dev.headroom.storage.wal;

import org.jspecify.annotations.NullMarked;
