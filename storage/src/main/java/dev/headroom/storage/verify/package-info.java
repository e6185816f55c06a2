/** Reads every checksum of a data directory that no process has open; changes nothing. */
@NullMarked
package dev.headroom.storage.verify;

import org.jspecify.annotations.NullMarked;
