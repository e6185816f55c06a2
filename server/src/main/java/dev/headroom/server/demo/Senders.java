package dev.headroom.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.CodedOutputStream;
import dev.headroom.storage.model.AllowForbidden;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xerial.snappy.Snappy;

/**
 * Speaks to the server as the fleet's agents would: remote write, {@code _bulk}, NDJSON, and syslog
 * over TCP. Batches; not thread-safe. A 503 is tried again, as every sender does.
 */
final class Senders implements AutoCloseable {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int BATCH_SAMPLES = 50_000;
  private static final int MAX_TRIES = 120;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI server;
  private final Socket syslog = new Socket();
  private final OutputStream syslogOut;

  private final ByteArrayOutputStream bulk = new ByteArrayOutputStream();
  private final ByteArrayOutputStream ndjson = new ByteArrayOutputStream();

  private record Point(long timeMillis, double value) {}

  private final Map<Labels, List<Point>> samples = new LinkedHashMap<>();
  private int sampleCount;
  private long sentBytes;

  Senders(URI server, InetSocketAddress syslogAddress) {
    this.server = server;
    try {
      syslog.connect(syslogAddress);
      syslogOut = new BufferedOutputStream(syslog.getOutputStream(), 1 << 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of log lines sent so far. */
  long sentBytes() {
    return sentBytes;
  }

  void sample(Labels labels, long timeMillis, double value) {
    samples.computeIfAbsent(labels, _ -> new ArrayList<>()).add(new Point(timeMillis, value));
    if (++sampleCount >= BATCH_SAMPLES) {
      flushSamples();
    }
  }

  void line(FleetLogs.Line line) {
    byte[] text = line.text().getBytes(UTF_8);
    sentBytes += text.length;
    switch (line.kind()) {
      case APPLICATION -> {
        bulk.writeBytes(("{\"create\":{\"_index\":\"" + line.stream() + "\"}}\n").getBytes(UTF_8));
        add(bulk, text);
      }
      case ACCESS -> add(ndjson, text);
      case SYSLOG -> {
        try {
          syslogOut.write((text.length + " ").getBytes(UTF_8));
          syslogOut.write(text);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    if (bulk.size() >= BATCH_BYTES || ndjson.size() >= BATCH_BYTES) {
      flushLogs();
    }
  }

  private static void add(ByteArrayOutputStream out, byte[] text) {
    out.writeBytes(text);
    out.write('\n');
  }

  /** Sends what is batched. */
  void flush() {
    flushLogs();
    flushSamples();
    try {
      syslogOut.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flushLogs() {
    if (bulk.size() > 0) {
      post("/_bulk", "application/x-ndjson", bulk.toByteArray());
      bulk.reset();
    }
    if (ndjson.size() > 0) {
      post("/headroom/v1/logs?stream=web-access", "application/x-ndjson", ndjson.toByteArray());
      ndjson.reset();
    }
  }

  private void flushSamples() {
    if (sampleCount == 0) {
      return;
    }
    try {
      post("/api/v1/write", "application/x-protobuf", Snappy.compress(writeRequest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    samples.clear();
    sampleCount = 0;
  }

  /**
   * Prometheus remote write 1.0: {@code WriteRequest{timeseries=1{labels=1{1,2}, samples=2{1,2}}}}.
   */
  private byte[] writeRequest() throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Map.Entry<Labels, List<Point>> series : samples.entrySet()) {
      out.writeByteArray(1, timeSeries(series.getKey(), series.getValue()));
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] timeSeries(Labels labels, List<Point> points) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (int i = 0; i < labels.size(); i++) {
      var pair = new ByteArrayOutputStream();
      CodedOutputStream label = CodedOutputStream.newInstance(pair);
      label.writeString(1, labels.name(i));
      label.writeString(2, labels.value(i));
      label.flush();
      out.writeByteArray(1, pair.toByteArray());
    }
    for (Point point : points) {
      int size =
          CodedOutputStream.computeDoubleSize(1, point.value)
              + CodedOutputStream.computeInt64Size(2, point.timeMillis);
      out.writeTag(2, com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(size);
      out.writeDouble(1, point.value);
      out.writeInt64(2, point.timeMillis);
    }
    out.flush();
    return bytes.toByteArray();
  }

  private void post(String path, String type, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path))
            .header("content-type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      for (int tries = 1; answer.statusCode() == 503 && tries < MAX_TRIES; tries++) {
        pause();
        answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      }
      if (answer.statusCode() / 100 != 2 || answer.body().contains("\"errors\":true")) {
        throw new HeadroomException(
            ErrorCategory.INTERNAL,
            path + " answered " + answer.statusCode() + ": " + answer.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted", e);
    }
  }

  @AllowForbidden(reason = "a sender that was told to try again later waits")
  private static void pause() throws InterruptedException {
    Thread.sleep(250);
  }

  @Override
  public void close() {
    try (http;
        syslog) {
      syslogOut.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
