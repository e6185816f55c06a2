/**
 * Regular series with gaps, made of samples; no I/O and no storage types behind the resampler and
 * {@link dev.headroom.forecast.series.SeriesSource}.
 */
@NullMarked
package dev.headroom.forecast.series;

import org.jspecify.annotations.NullMarked;
