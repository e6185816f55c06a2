/**
 * Forecasting the past to learn what to trust: rolling origins, the choice of models, intervals and
 * sample paths. Start with {@link dev.headroom.forecast.backtest.ForecastEngine}. Pure, except for
 * {@link dev.headroom.forecast.backtest.ForecastBench}, which reads and writes files.
 */
@NullMarked
package dev.headroom.forecast.backtest;

import org.jspecify.annotations.NullMarked;
