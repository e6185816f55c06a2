/**
 * The macro benchmark: a real server process, loaded and asked over HTTP. Run it with {@code
 * benchmarks/run macro}.
 */
@NullMarked
package dev.headroom.benchmarks.macro;

import org.jspecify.annotations.NullMarked;
