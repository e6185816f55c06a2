/** Benchmarks of the metric store. */
@NullMarked
package dev.headroom.benchmarks.storage.metrics;

import org.jspecify.annotations.NullMarked;
