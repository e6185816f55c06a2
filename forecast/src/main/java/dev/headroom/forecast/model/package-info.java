/**
 * Forecasting methods, a file each, and what they give. Pure: arrays in, values out. Start with
 * {@link dev.headroom.forecast.model.Forecast}.
 */
@NullMarked
package dev.headroom.forecast.model;

import org.jspecify.annotations.NullMarked;
