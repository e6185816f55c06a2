/**
 * What keeping the data costs: {@link dev.headroom.forecast.cost.RetentionForecast} follows daily
 * cohorts of stored bytes until retention deletes them, {@link
 * dev.headroom.forecast.cost.PriceBook} holds dated unit prices, and {@link
 * dev.headroom.forecast.cost.CostForecast} is the money, exact to the cent in every cut.
 */
@NullMarked
package dev.headroom.forecast.cost;

import org.jspecify.annotations.NullMarked;
