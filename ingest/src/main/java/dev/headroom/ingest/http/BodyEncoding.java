package dev.headroom.ingest.http;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.headroom.ingest.admission.AdmissionControl.Permit;
import dev.headroom.storage.model.HeadroomException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedInputStream;

/**
 * How a body is compressed, told by its first bytes: headers are wrong or missing in common
 * senders. Only the snappy block has no magic.
 */
enum BodyEncoding {
  PLAIN,
  GZIP,
  ZLIB,
  ZSTD,
  SNAPPY_FRAMED,
  SNAPPY_BLOCK;

  private static final byte[] FRAMED_MAGIC = {(byte) 0xff, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'};

  /** Largest zstd window, as a power of two: that of one frame with the longest body allowed. */
  private static final int ZSTD_WINDOW_LOG = 26;

  /** A copy of three bytes writes 64 at most. */
  private static final int MAX_SNAPPY_RATIO = 32;

  /** By magic bytes alone. */
  static BodyEncoding of(byte[] bytes, int length) {
    if (length < 4) {
      return PLAIN;
    }
    int b0 = bytes[0] & 0xff;
    int b1 = bytes[1] & 0xff;
    if (b0 == 0x1f && b1 == 0x8b) {
      return GZIP;
    }
    if (b0 == 0x78 && (b0 << 8 | b1) % 31 == 0) {
      return ZLIB;
    }
    if (b0 == 0x28 && b1 == 0xb5 && (bytes[2] & 0xff) == 0x2f && (bytes[3] & 0xff) == 0xfd) {
      return ZSTD;
    }
    int compared = Math.min(length, FRAMED_MAGIC.length);
    return Arrays.equals(bytes, 0, compared, FRAMED_MAGIC, 0, FRAMED_MAGIC.length)
        ? SNAPPY_FRAMED
        : PLAIN;
  }

  /**
   * The bytes before compression, in a buffer of their own.
   *
   * @throws HeadroomException INVALID when they are damaged or cut off, TOO_LARGE past the limits,
   *     OVERLOADED when the permit has no room
   */
  BodyBuffer decompress(BodyBuffer wire, BodyLimits limits, Permit permit) {
    if (this == PLAIN) {
      return wire;
    }
    if (wire.length() > limits.compressedBytes()) {
      throw limits.tooLong(limits.compressedBytes());
    }
    var out = new BodyBuffer(permit);
    if (this == SNAPPY_BLOCK) {
      uncompressBlock(wire, out, limits);
      return out;
    }
    try (InputStream in = open(new ByteArrayInputStream(wire.array(), 0, wire.length()))) {
      if (out.appendAll(in, limits.mostDecoded(wire.length()))) {
        throw limits.expandsTooFar(wire.length());
      }
      return out;
    } catch (EOFException e) {
      throw HeadroomException.invalid(label() + " body is cut off");
    } catch (ZstdIOException | ZipException e) {
      throw HeadroomException.invalid(label() + " body is damaged: " + e.getMessage());
    } catch (IOException e) {
      throw HeadroomException.invalid(label() + " body is damaged or cut off: " + e.getMessage());
    }
  }

  private String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  private InputStream open(InputStream in) throws IOException {
    return switch (this) {
      case GZIP -> new GZIPInputStream(in, 8 << 10);
      case ZLIB -> new InflaterInputStream(in);
      case ZSTD -> {
        var zstd = new ZstdInputStream(in);
        zstd.setLongMax(ZSTD_WINDOW_LOG);
        yield zstd;
      }
      case SNAPPY_FRAMED -> new SnappyFramedInputStream(in);
      case PLAIN, SNAPPY_BLOCK -> throw new IllegalStateException("not a stream: " + this);
    };
  }

  private static void uncompressBlock(BodyBuffer wire, BodyBuffer out, BodyLimits limits) {
    try {
      int declared = Snappy.uncompressedLength(wire.array(), 0, wire.length());
      if (declared < 0 || declared > limits.decodedBytes()) {
        throw limits.expandsTooFar(limits.decodedBytes());
      }
      if (declared > (long) wire.length() * MAX_SNAPPY_RATIO) {
        throw HeadroomException.invalid("snappy block is damaged: it cannot be that long");
      }
      out.ensure(declared, declared);
      out.setLength(Snappy.uncompress(wire.array(), 0, wire.length(), out.array(), 0));
    } catch (IOException e) {
      throw HeadroomException.invalid(
          "not a snappy block, which this path expects: " + e.getMessage());
    }
  }
}
