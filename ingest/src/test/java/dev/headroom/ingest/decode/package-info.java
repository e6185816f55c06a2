@NullMarked
package dev.headroom.ingest.decode;

import org.jspecify.annotations.NullMarked;
