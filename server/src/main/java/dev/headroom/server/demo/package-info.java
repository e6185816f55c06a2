/**
 * A simulated fleet that feeds a server through its own receivers, the same from run to run: what
 * {@code headroom demo} shows. Read {@link dev.headroom.server.demo.Fleet} first.
 */
@NullMarked
package dev.headroom.server.demo;

import org.jspecify.annotations.NullMarked;
