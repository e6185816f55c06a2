@NullMarked
package dev.headroom.ingest.receiver;

import org.jspecify.annotations.NullMarked;
