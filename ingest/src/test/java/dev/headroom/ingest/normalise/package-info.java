@NullMarked
package dev.headroom.ingest.normalise;

import org.jspecify.annotations.NullMarked;
