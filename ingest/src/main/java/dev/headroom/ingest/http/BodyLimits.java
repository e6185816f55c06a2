package dev.headroom.ingest.http;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;

/**
 * How long a request body may be.
 *
 * @param compressedBytes over the wire, when it is compressed
 * @param decodedBytes after decompression, or over the wire when it is not compressed
 */
public record BodyLimits(int compressedBytes, int decodedBytes) {
  public static final BodyLimits DEFAULT = new BodyLimits(16 << 20, 64 << 20);

  /**
   * How many times its compressed length a body may become. Logs compress 10 to 100 times; gzip
   * ends at 1,032, zstd at nothing.
   */
  private static final int MAX_RATIO = 250;

  /** Decompressing less than this harms nobody, whatever the ratio: short texts repeat well. */
  private static final int RATIO_FREE_BYTES = 4 << 20;

  HeadroomException tooLong(int limit) {
    return new HeadroomException(
        ErrorCategory.TOO_LARGE, "body is longer than " + limit + " bytes; send smaller requests");
  }

  /** What a body of that compressed length may decompress to. */
  int mostDecoded(int wireBytes) {
    long byRatio = Math.max(RATIO_FREE_BYTES, (long) wireBytes * MAX_RATIO);
    return (int) Math.min(decodedBytes, byRatio);
  }

  HeadroomException expandsTooFar(int wireBytes) {
    int most = mostDecoded(wireBytes);
    return most == decodedBytes
        ? new HeadroomException(
            ErrorCategory.TOO_LARGE,
            "body decompresses to more than " + most + " bytes; send smaller requests")
        : new HeadroomException(
            ErrorCategory.TOO_LARGE,
            "body decompresses to more than " + MAX_RATIO + " times its length; send it plainer");
  }
}
