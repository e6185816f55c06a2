/**
 * The metric store: a label index, open chunks in the head, immutable Arrow blocks.
 *
 * <p>Callers know {@link dev.headroom.storage.metrics.MetricStore} and its values; Arrow's types do
 * not leave this package.
 */
@NullMarked
package dev.headroom.storage.metrics;

import org.jspecify.annotations.NullMarked;
