/**
 * Summaries of many values in little memory: {@link dev.headroom.storage.sketch.QuantileSketch} of
 * their distribution, {@link dev.headroom.storage.sketch.DistinctSketch} of how many different ones
 * there are. Both can be merged, so a part of the data at a time may be looked at. Pure code: no
 * clock, no I/O.
 */
@NullMarked
package dev.headroom.storage.sketch;

import org.jspecify.annotations.NullMarked;
