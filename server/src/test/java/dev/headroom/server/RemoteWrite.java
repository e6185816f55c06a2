package dev.headroom.server;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/** Bodies of Prometheus remote write 1.0. */
final class RemoteWrite {
  static final String TYPE = "application/x-protobuf";

  private interface Message {
    void write(CodedOutputStream out) throws IOException;
  }

  private final ByteArrayOutputStream request = new ByteArrayOutputStream();

  static byte[] body(Map<String, String> labels, long timeMillis, double value) {
    return new RemoteWrite().add(labels, timeMillis, value).body();
  }

  /** A time series of one sample. */
  RemoteWrite add(Map<String, String> labels, long timeMillis, double value) {
    byte[] series =
        bytes(
            out -> {
              for (Map.Entry<String, String> label : new TreeMap<>(labels).entrySet()) {
                out.writeByteArray(1, label(label.getKey(), label.getValue()));
              }
              out.writeByteArray(2, sample(timeMillis, value));
            });
    request.writeBytes(bytes(out -> out.writeByteArray(1, series)));
    return this;
  }

  private static byte[] label(String name, String value) {
    return bytes(
        out -> {
          out.writeString(1, name);
          out.writeString(2, value);
        });
  }

  private static byte[] sample(long timeMillis, double value) {
    return bytes(
        out -> {
          out.writeDouble(1, value);
          out.writeInt64(2, timeMillis);
        });
  }

  private static byte[] bytes(Message message) {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      message.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Everything added, compressed. */
  byte[] body() {
    try {
      return Snappy.compress(request.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
