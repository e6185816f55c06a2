/** How much may be in flight, and the counts of what came in. */
@NullMarked
package dev.headroom.ingest.admission;

import org.jspecify.annotations.NullMarked;
