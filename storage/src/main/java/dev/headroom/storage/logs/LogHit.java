package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * One found record.
 *
 * @param source the original record (JSON, UTF-8), not to be changed
 * @param sort the hit's place in the order asked for
 */
public record LogHit(
    long position,
    long eventTimeNanos,
    String stream,
    String index,
    String id,
    long version,
    byte[] source,
    LogCursor sort) {
  public String sourceText() {
    return new String(source, UTF_8);
  }
}
