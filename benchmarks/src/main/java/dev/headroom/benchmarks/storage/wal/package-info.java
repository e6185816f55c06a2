/** Benchmarks of the write-ahead log. */
@NullMarked
package dev.headroom.benchmarks.storage.wal;

import org.jspecify.annotations.NullMarked;
