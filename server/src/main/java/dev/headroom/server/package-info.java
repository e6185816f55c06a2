/**
 * One process made of the four modules: configuration, wiring, the HTTP door, health, start and
 * stop.
 *
 * <p>Read {@link dev.headroom.server.HeadroomServer} first; it opens everything in the order data
 * flows and closes it backwards. Nothing depends on this package.
 */
@NullMarked
package dev.headroom.server;

import org.jspecify.annotations.NullMarked;
