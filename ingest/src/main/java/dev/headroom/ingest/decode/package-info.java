/**
 * Bytes of a protocol into records: one decoder a format. A decoder never throws for bad input; it
 * answers {@link dev.headroom.ingest.decode.Decoded.Rejected} with the field and the reason.
 *
 * <p>Start with {@link dev.headroom.ingest.decode.JsonDecoder}.
 */
@NullMarked
package dev.headroom.ingest.decode;

import org.jspecify.annotations.NullMarked;
