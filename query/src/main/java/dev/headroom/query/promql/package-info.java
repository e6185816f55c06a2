/**
 * PromQL with the semantics of Prometheus 3 (ranges and lookback are open to the left).
 *
 * <p>Read {@link dev.headroom.query.promql.MetricEngine} first: it asks {@link
 * dev.headroom.query.promql.PromQlParser} for an {@link dev.headroom.query.promql.Expr} and
 * evaluates it series by series: every selector is read once for the whole range, and windows slide
 * over its arrays. The language has a package of its own because its tree and functions are used by
 * nothing else and would crowd the log languages.
 *
 * <p>Inside an evaluation every result is a {@link dev.headroom.query.promql.StepValue} over one
 * {@link dev.headroom.query.promql.Grid} of points in time.
 */
@NullMarked
package dev.headroom.query.promql;

import org.jspecify.annotations.NullMarked;
