package dev.headroom.ingest.http;

import static dev.headroom.ingest.http.InMemoryMetricStore.FIRST_MILLIS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.CodedOutputStream;
import dev.headroom.ingest.http.InMemoryMetricStore.Stored;
import dev.headroom.ingest.http.IngestServer.Answer;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyFramedOutputStream;

class RemoteWriteServiceTest {
  private static final String PATH = "/api/v1/write";
  private static final long T = FIRST_MILLIS + 1000;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private IngestServer server;

  @BeforeEach
  void start() {
    server = new IngestServer(directory);
  }

  @AfterEach
  void stop() {
    assertEquals(0, server.admission.heldBytes(), "permits given back");
    server.checkCounts("remote_write");
    server.close();
  }

  /** A protobuf message, written field by field. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private interface Write {
      void to(CodedOutputStream out) throws IOException;
    }

    private Message add(Write write) {
      try {
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        write.to(out);
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return this;
    }

    Message message(int field, Message part) {
      return bytes(field, part.toBytes());
    }

    Message bytes(int field, byte[] value) {
      return add(out -> out.writeByteArray(field, value));
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(UTF_8));
    }

    Message label(String name, String value) {
      return message(1, new Message().text(1, name).text(2, value));
    }

    Message sample(long millis, double value) {
      return message(
          2, new Message().add(o -> o.writeDouble(1, value)).add(o -> o.writeInt64(2, millis)));
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }

  private static Message series(String name, String... labels) {
    var series = new Message().label("__name__", name);
    for (int i = 0; i < labels.length; i += 2) {
      series.label(labels[i], labels[i + 1]);
    }
    return series;
  }

  private static byte[] snappy(byte[] plain) {
    try {
      return Snappy.compress(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer write(Message... series) {
    var request = new Message();
    for (Message one : series) {
      request.message(1, one);
    }
    return server.post(PATH, snappy(request.toBytes()));
  }

  private static Stored stored(Labels labels, long time, double value) {
    return new Stored(dev.headroom.storage.model.TenantId.DEFAULT, labels, time, value);
  }

  @Test
  void samplesAreStoredWithTheirLabels() {
    Answer answer =
        write(
            series("up", "job", "node", "instance", "a:9100").sample(T, 1).sample(T + 1, 0),
            series("temp", "città", "Zürich").sample(T, -3.5));
    assertEquals(204, answer.status());
    assertEquals("", answer.body());
    var up = Labels.of("__name__", "up", "instance", "a:9100", "job", "node");
    assertEquals(
        List.of(
            stored(up, T, 1),
            stored(up, T + 1, 0),
            stored(Labels.of("__name__", "temp", "città", "Zürich"), T, -3.5)),
        server.metrics.samples);
    assertEquals(3, server.count("headroom.stored.records", "door", "remote_write"));
  }

  @Test
  void valuesKeepTheirBits() {
    double[] values = {
      Sample.STALE,
      Double.NaN,
      Double.longBitsToDouble(0xfff8000000001234L),
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      -0.0,
      Double.MIN_VALUE
    };
    Message series = series("m");
    for (int i = 0; i < values.length; i++) {
      series.sample(T + i, values[i]);
    }
    assertEquals(204, write(series).status());
    for (int i = 0; i < values.length; i++) {
      assertEquals(
          Double.doubleToRawLongBits(values[i]),
          Double.doubleToRawLongBits(server.metrics.samples.get(i).value()));
    }
  }

  @Test
  void bodyMayBeCompressedInOtherWays() throws IOException {
    byte[] plain = new Message().message(1, series("m").sample(T, 1)).toBytes();
    check(Zstd.compress(plain), "zstd");
    check(Zstd.compress(plain), "snappy");
    var gzip = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(gzip)) {
      out.write(plain);
    }
    check(gzip.toByteArray(), "gzip");
    var framed = new ByteArrayOutputStream();
    try (var out = new SnappyFramedOutputStream(framed)) {
      out.write(plain);
    }
    check(framed.toByteArray(), "snappy");
    check(plain, "identity");
    assertEquals(5, server.metrics.samples.size());
  }

  private void check(byte[] body, String encoding) {
    Answer answer =
        server.send(
            "POST",
            "/api/v1/push",
            BodyPublishers.ofByteArray(body),
            request -> request.header("content-encoding", encoding));
    assertEquals(204, answer.status(), encoding + ": " + answer.body());
  }

  @Test
  void metadataAloneIsAccepted() {
    var request = new Message().message(3, new Message().text(2, "up").text(4, "whether it is up"));
    assertEquals(204, server.post(PATH, snappy(request.toBytes())).status());
    assertEquals(204, server.post(PATH, "").status());
    assertTrue(server.metrics.samples.isEmpty());
  }

  @Test
  void exemplarsAndHistogramsAreSkippedAndCounted() {
    Answer answer =
        write(
            series("m")
                .message(3, new Message().text(1, "trace"))
                .sample(T, 1)
                .message(4, new Message().text(1, "h"))
                .message(4, new Message()));
    assertEquals(204, answer.status());
    assertEquals(1, server.metrics.samples.size());
    assertEquals(4, server.count("headroom.received.records"));
    assertEquals(1, server.count("headroom.rejected.records", "reason", "exemplar_not_kept"));
    assertEquals(2, server.count("headroom.rejected.records", "reason", "histogram_not_kept"));
  }

  @Test
  void seriesWithWrongLabelsAreRejectedAndTheOthersKept() {
    Answer answer =
        write(
            series("good").sample(T, 1),
            series("twice", "a", "1", "a", "2").sample(T, 1).sample(T + 1, 1),
            new Message().label("job", "x").sample(T, 1),
            new Message().label("__name__", "").sample(T, 1),
            series("empty name", "", "x").sample(T, 1),
            new Message()
                .label("__name__", "m")
                .message(1, new Message().text(1, "bad").bytes(2, new byte[] {(byte) 0xc3, 0x28}))
                .sample(T, 1),
            series("long", "a", "x".repeat(9000)).sample(T, 1),
            many(200).sample(T, 1),
            series("empty value", "a", "").sample(T, 2));
    assertEquals(400, answer.status());
    assertTrue(
        answer
            .body()
            .startsWith(
                "8 samples rejected {invalid_labels=3, invalid_utf8=1, label_too_long=1,"
                    + " no_metric_name=2, too_many_labels=1}, 2 stored; the first: label \"a\""),
        answer.body());
    assertEquals(
        List.of(
            stored(Labels.of("__name__", "good"), T, 1),
            stored(Labels.of("__name__", "empty value"), T, 2)),
        server.metrics.samples);
    assertEquals(8, server.count("headroom.rejected.records", "door", "remote_write"));
  }

  private static Message many(int labels) {
    Message series = series("many");
    for (int i = 0; i < labels; i++) {
      series.label("l" + i, "v");
    }
    return series;
  }

  @Test
  void samplesThatTheStoreRefusesAreToldAndCounted() {
    Message series = series("m").sample(T, 1).sample(Long.MAX_VALUE, 1);
    for (int i = 0; i < 150; i++) {
      series.sample(i, 1);
    }
    Answer answer = write(series);
    assertEquals(400, answer.status());
    assertEquals(
        "151 samples rejected {other=51, too_new=1, too_old=99}, 1 stored; the first: sample at "
            + Long.MAX_VALUE
            + "\n",
        answer.body());
    assertEquals(1, server.count("headroom.stored.records"));
    assertEquals(151, server.count("headroom.rejected.records"));
  }

  @Test
  void storeThatCannotWriteIsAskedAgain() {
    server.metrics.beforeAppend =
        () -> {
          throw new HeadroomException(ErrorCategory.OVERLOADED, "too much");
        };
    Answer answer = write(series("m").sample(T, 1).sample(T + 1, 1));
    assertEquals(503, answer.status());
    assertEquals("1", answer.header("retry-after"));
    assertEquals(2, server.count("headroom.dropped.records", "reason", "overloaded"));
  }

  @Test
  void messageCutAnywhereIsInvalidOrShorter() {
    byte[] whole =
        new Message()
            .message(1, series("m", "a", "b").sample(T, 1))
            .message(1, series("n").sample(T, 2))
            .toBytes();
    for (int i = 0; i < whole.length; i++) {
      int status = server.post(PATH, snappy(Arrays.copyOf(whole, i))).status();
      assertTrue(status == 400 || status == 204, "status " + status + " cut at " + i);
    }
    assertTrue(server.metrics.samples.size() <= 1);
  }

  @Test
  void otherMessagesAreRefused() {
    assertEquals(
        415,
        server
            .send(
                "POST",
                PATH,
                BodyPublishers.ofString("x"),
                request ->
                    request.header(
                        "content-type",
                        "application/x-protobuf;proto=io.prometheus.write.v2.Request"))
            .status());
    assertEquals(400, server.post(PATH, "{\"series\":[]}").status());
    assertEquals(200, server.get(PATH).status());
  }
}
