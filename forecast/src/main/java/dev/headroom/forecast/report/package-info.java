/**
 * What people and programs are shown of forecasts: the routes, and one renderer a format. Start
 * with {@link dev.headroom.forecast.report.LineChart} for charts.
 */
@NullMarked
package dev.headroom.forecast.report;

import org.jspecify.annotations.NullMarked;
