/** Placeholder. */
@org.jspecify.annotations.NullMarked
package dev.headroom.forecast;
