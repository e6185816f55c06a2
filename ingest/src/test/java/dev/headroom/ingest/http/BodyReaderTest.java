package dev.headroom.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import dev.headroom.ingest.admission.AdmissionControl.Permit;
import dev.headroom.ingest.http.IngestServer.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.SnappyFramedOutputStream;

class BodyReaderTest {
  private static final String PATH = "/headroom/v1/logs";
  private static final BodyLimits SMALL = new BodyLimits(64 << 10, 1 << 20);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private IngestServer server;

  @BeforeEach
  void start() {
    server = new IngestServer(directory, 64 << 20, SMALL);
  }

  @AfterEach
  void stop() {
    assertEquals(0, server.admission.heldBytes(), "permits given back");
    server.checkCounts("ndjson");
    server.close();
  }

  private interface Wrap {
    OutputStream around(OutputStream out) throws IOException;
  }

  private static byte[] through(Wrap wrap, byte[] plain) {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = wrap.around(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] plain) {
    return through(GZIPOutputStream::new, plain);
  }

  private static Map<String, byte[]> encodings(byte[] plain) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("plain", plain);
    all.put("gzip", gzip(plain));
    all.put("zlib", through(DeflaterOutputStream::new, plain));
    all.put("zstd", Zstd.compress(plain));
    all.put("zstd without length", through(com.github.luben.zstd.ZstdOutputStream::new, plain));
    all.put("snappy framed", through(SnappyFramedOutputStream::new, plain));
    return all;
  }

  private static byte[] lines(int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("{\"message\":\"line ").append(i).append(" of many\"}\n");
    }
    return text.toString().getBytes(UTF_8);
  }

  @Test
  void compressionIsToldByTheBytesAndNotByTheHeader() {
    encodings(lines(100))
        .forEach(
            (name, body) -> {
              for (String header : new String[] {"", "gzip", "gzip,deflate", "br"}) {
                Answer answer =
                    server.send(
                        "POST",
                        PATH,
                        BodyPublishers.ofByteArray(body),
                        request -> {
                          if (!header.isEmpty()) {
                            request.header("content-encoding", header);
                          }
                        });
                assertEquals(200, answer.status(), name + ": " + answer.body());
                assertEquals(100, answer.json().get("accepted").asInt(), name);
              }
            });
  }

  @Test
  void gzipMayHaveSeveralMembers() {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(gzip(lines(2)));
    bytes.writeBytes(gzip(lines(3)));
    assertEquals(5, server.post(PATH, bytes.toByteArray()).json().get("accepted").asInt());
  }

  @Test
  void chunkedBodiesAndThoseThatWaitForContinueAreRead() {
    byte[] body = lines(1000);
    Answer chunked =
        server.send(
            "POST",
            PATH,
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
            _ -> {});
    assertEquals(1000, chunked.json().get("accepted").asInt());
    Answer continued =
        server.send(
            "POST",
            PATH,
            BodyPublishers.ofByteArray(body),
            request -> request.expectContinue(true));
    assertEquals(1000, continued.json().get("accepted").asInt());
    Answer upgraded =
        server.send(
            "POST",
            PATH,
            BodyPublishers.ofByteArray(body),
            request -> request.version(HttpClient.Version.HTTP_2));
    assertEquals(1000, upgraded.json().get("accepted").asInt());
  }

  @Test
  void damagedOrCutOffBodiesAreInvalid() {
    encodings(lines(500))
        .forEach(
            (name, body) -> {
              if (!name.equals("plain")) {
                Answer cut = server.post(PATH, Arrays.copyOf(body, body.length / 2));
                assertEquals(400, cut.status(), name + " cut off: " + cut.body());
                byte[] damaged = body.clone();
                for (int i = 12; i < damaged.length; i++) {
                  damaged[i] ^= 0x55;
                }
                assertEquals(400, server.post(PATH, damaged).status(), name + " damaged");
              }
            });
  }

  @Test
  void anyBytesAreAnsweredWithoutAServerError() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    byte[][] starts = {
      {}, {0x1f, (byte) 0x8b, 8}, {0x78, (byte) 0x9c}, {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}, {'{'}
    };
    for (int i = 0; i < 100; i++) {
      var body = new byte[random.nextInt(2000)];
      random.nextBytes(body);
      byte[] start = starts[i % starts.length];
      System.arraycopy(start, 0, body, 0, Math.min(start.length, body.length));
      for (String path : new String[] {PATH, "/app/_bulk", "/api/v1/write", "/app/_doc"}) {
        int status = server.post(path, body).status();
        assertTrue(status < 500, "status " + status + " of " + path + " with seed " + seed);
      }
    }
  }

  @Test
  void emptyBodyIsInvalid() {
    assertEquals(400, server.post(PATH, "").status());
    assertEquals(400, server.post(PATH, " \n ").status());
    assertEquals(400, server.post(PATH, gzip(new byte[0])).status());
  }

  @Test
  void otherCharacterEncodingsAreRejected() {
    Answer answer = server.post(PATH, "{\"message\":\"a\"}".getBytes(UTF_16LE));
    assertEquals(400, answer.status());
    assertEquals("not_an_object", answer.json().at("/errors/0/reason").asText());
  }

  @Test
  void declaredLengthPastTheLimitIsRefusedBeforeTheBodyComes() throws IOException {
    for (String path : new String[] {PATH, "/_bulk", "/api/v1/write", "/app/_doc"}) {
      String answer =
          raw(
              "POST "
                  + path
                  + " HTTP/1.1\r\nhost: a\r\ncontent-length: "
                  + ((1 << 20) + 1)
                  + "\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
    }
  }

  /** The first bytes of the answer to bytes that are only the start of a request. */
  private String raw(String start) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(start.getBytes(US_ASCII));
      socket.setSoTimeout(30_000);
      return new String(socket.getInputStream().readNBytes(13), US_ASCII);
    }
  }

  @Test
  void chunkedBodyPastTheLimitIsCutOff() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST " + PATH + " HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
              .getBytes(US_ASCII));
      byte[] chunk = new byte[64 << 10];
      Arrays.fill(chunk, (byte) ' ');
      for (int i = 0; i < 17; i++) { // the 17th passes a MiB; the last chunk is never sent
        out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(US_ASCII));
        out.write(chunk);
        out.write("\r\n".getBytes(US_ASCII));
      }
      String answer = new String(socket.getInputStream().readNBytes(13), US_ASCII);
      assertEquals("HTTP/1.1 413 ", answer);
    }
  }

  @Test
  void compressedBodyPastItsOwnLimitIsCutOff() {
    var noise = new byte[100 << 10];
    new Random(42).nextBytes(noise);
    Answer answer = server.post(PATH, gzip(noise));
    assertEquals(413, answer.status());
    assertTrue(answer.body().contains("65536"), answer.body());
    assertEquals(413, server.post("/api/v1/write", noise).status(), "a snappy block as well");
  }

  @Test
  void bombsAreCutOff() {
    encodings(new byte[32 << 20])
        .forEach(
            (name, bomb) -> {
              if (!name.equals("plain")) {
                byte[] body = bomb.length > 64 << 10 ? Arrays.copyOf(bomb, 60 << 10) : bomb;
                Answer answer = server.post(PATH, body);
                assertEquals(413, answer.status(), name + ": " + answer.body());
              }
            });
  }

  @Test
  void bombsAreCutOffByTheirRatioBeforeTheLimit() {
    server.close();
    server = new IngestServer(directory, 512L << 20, BodyLimits.DEFAULT);
    byte[] zeros = new byte[32 << 20]; // half of what a body may be
    for (byte[] bomb : new byte[][] {gzip(zeros), Zstd.compress(zeros)}) {
      Answer answer = server.post(PATH, bomb);
      assertEquals(413, answer.status());
      assertTrue(answer.body().contains("250 times"), answer.body());
    }
  }

  @Test
  void snappyBlockThatDeclaresTooMuchIsRefused() {
    byte[] declares4G = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0, 'a'};
    assertEquals(413, server.post("/api/v1/write", declares4G).status());
    byte[] declares1M = {(byte) 0x80, (byte) 0x80, 0x40, 0, 'a'};
    assertEquals(400, server.post("/api/v1/write", declares1M).status());
    byte[] declares2M = {(byte) 0x80, (byte) 0x80, (byte) 0x80, 1, 0, 'a'};
    assertEquals(413, server.post("/api/v1/write", declares2M).status());
  }

  @Test
  void requestsPastThePermitsAreToldToComeBack() {
    try (Permit others = server.admission.acquire(0)) {
      others.grow((64 << 20) - 1000);
      Answer answer = server.post(PATH, lines(100));
      assertEquals(503, answer.status());
      assertEquals("1", answer.header("retry-after"));
      assertEquals(503, server.post("/_bulk", lines(100)).status());
      assertEquals(503, server.post("/api/v1/write", new byte[8000]).status());
    }
    assertEquals(200, server.post(PATH, lines(100)).status());
  }

  @Test
  void requestThatNeverFitsIsTooLarge() {
    server.close();
    server = new IngestServer(directory, 10_000, SMALL);
    assertEquals(413, server.post(PATH, lines(1000)).status());
  }

  @Test
  void senderThatGoesAwayGivesItsPermitsBack() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST " + PATH + " HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n{\"a\":1}")
                  .getBytes(US_ASCII));
      await().until(() -> server.admission.heldBytes() > 0);
    }
    await().until(() -> server.admission.heldBytes() == 0);
    assertEquals(0, server.count("headroom.received.records"));
  }
}
