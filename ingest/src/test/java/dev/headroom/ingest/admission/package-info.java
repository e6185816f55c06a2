@NullMarked
package dev.headroom.ingest.admission;

import org.jspecify.annotations.NullMarked;
