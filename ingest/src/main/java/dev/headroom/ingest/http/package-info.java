/**
 * The HTTP doors that take records and samples in, one service an API. Bodies are read by {@link
 * dev.headroom.ingest.http.BodyReader} as they stream in, under caps and permits; Armeria's types
 * stay in this package.
 */
@NullMarked
package dev.headroom.ingest.http;

import org.jspecify.annotations.NullMarked;
