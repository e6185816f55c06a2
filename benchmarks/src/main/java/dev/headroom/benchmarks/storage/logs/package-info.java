/** Benchmarks of the log store. */
@NullMarked
package dev.headroom.benchmarks.storage.logs;

import org.jspecify.annotations.NullMarked;
