@NullMarked
package dev.headroom.ingest.http;

import org.jspecify.annotations.NullMarked;
