package dev.headroom.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import dev.headroom.storage.wal.ReplayProgress;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * {@code /health/live} (the process answers) and {@code /health/ready} (it takes and finds
 * records), with the state and, while the WAL is replayed, the progress.
 */
final class HealthService {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * @param ready whether writes and reads work
   * @param phase {@code starting}, {@code recovering}, {@code ready}, {@code read_only}, {@code
   *     failed}, {@code stopping}
   * @param detail why; may be empty
   * @param replay how far a start has come with a WAL
   */
  record State(boolean ready, String phase, String detail, Optional<ReplayProgress.Now> replay) {
    State(boolean ready, String phase, String detail) {
      this(ready, phase, detail, Optional.empty());
    }

    /** The same while that much is replayed; empty between two WALs. */
    State during(Optional<ReplayProgress.Now> now) {
      return now.map(
              far ->
                  new State(
                      ready,
                      phase,
                      "replaying the WAL of the " + far.wal() + ": " + far.percent() + " %",
                      now))
          .orElse(this);
    }
  }

  private volatile State state = new State(false, "starting", "");
  private volatile Probe probe = () -> state;

  /** Asked at each request once the stores are open. */
  interface Probe {
    State now();
  }

  void set(State now) {
    state = now;
  }

  State state() {
    return probe.now();
  }

  /** From now on the state is what the probe says. */
  void follow(Probe source) {
    probe = source;
  }

  void mount(ServerBuilder builder) {
    builder
        .service("/health/live", (_, _) -> HttpResponse.of("{\"status\":\"live\"}"))
        .service("/health/ready", (_, _) -> ready())
        .service("/ready", (_, _) -> ready())
        .service("/-/ready", (_, _) -> ready())
        .service("/-/healthy", (_, _) -> HttpResponse.of("Headroom is healthy.\n"));
  }

  private HttpResponse ready() {
    State now = state();
    var headers =
        ResponseHeaders.builder(now.ready() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
            .contentType(MediaType.JSON);
    if (!now.ready()) {
      headers.set("retry-after", "1");
    }
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(json(now)));
  }

  private static String json(State now) {
    var text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeBooleanField("ready", now.ready());
      out.writeStringField("status", now.phase());
      if (!now.detail().isEmpty()) {
        out.writeStringField("detail", now.detail());
      }
      if (now.replay().isPresent()) {
        write(out, now.replay().get());
      }
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator out, ReplayProgress.Now replay) throws IOException {
    out.writeObjectFieldStart("replay");
    out.writeStringField("store", replay.wal());
    out.writeNumberField("wal_bytes_replayed", replay.bytes());
    out.writeNumberField("wal_bytes", replay.totalBytes());
    out.writeNumberField("percent", replay.percent());
    out.writeEndObject();
  }
}
