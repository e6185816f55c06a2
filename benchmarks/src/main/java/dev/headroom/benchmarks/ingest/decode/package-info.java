/** Benchmarks of decoders. */
@NullMarked
package dev.headroom.benchmarks.ingest.decode;

import org.jspecify.annotations.NullMarked;
