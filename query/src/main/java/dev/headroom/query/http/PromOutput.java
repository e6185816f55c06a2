package dev.headroom.query.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The body of a successful answer. Small ones are sent as a whole when they are complete, so that
 * what fails before can still become an error; from 256 KiB on they go out in pieces, each when the
 * client has taken the one before. One thread.
 */
final class PromOutput extends OutputStream {
  private static final int MAX_BUFFERED_BYTES = 256 << 10;
  private static final ResponseHeaders HEADERS =
      ResponseHeaders.builder(HttpStatus.OK)
          .contentType(MediaType.JSON)
          .set("x-content-type-options", "nosniff")
          .build();

  private final CompletableFuture<HttpResponse> response;
  private ByteArrayOutputStream buffer = new ByteArrayOutputStream(4096);
  private @Nullable HttpResponseWriter stream;
  private boolean closed;

  /**
   * @param response completed with the answer; until then an error may take its place
   */
  PromOutput(CompletableFuture<HttpResponse> response) {
    this.response = response;
  }

  @Override
  public void write(int b) throws IOException {
    buffer.write(b);
    sendIfFull();
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    buffer.write(bytes, from, length);
    sendIfFull();
  }

  private void sendIfFull() throws IOException {
    if (buffer.size() < MAX_BUFFERED_BYTES) {
      return;
    }
    if (stream == null) {
      stream = HttpResponse.streaming();
      stream.write(HEADERS);
      response.complete(stream);
    }
    boolean taken = stream.tryWrite(HttpData.wrap(buffer.toByteArray()));
    buffer = new ByteArrayOutputStream(MAX_BUFFERED_BYTES);
    try {
      if (taken) {
        stream.whenConsumed().join();
      }
    } catch (CompletionException e) {
      throw new IOException("the client went away", e);
    }
    if (!taken) {
      throw new IOException("the client went away");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (stream == null) {
      response.complete(HttpResponse.of(HEADERS, HttpData.wrap(buffer.toByteArray())));
    } else if (stream.tryWrite(HttpData.wrap(buffer.toByteArray()))) {
      stream.close();
    }
  }

  /** Ends an answer that failed; false when nothing was sent and an error may be. */
  boolean abort(Throwable cause) {
    closed = true;
    if (stream != null) {
      stream.close(cause);
    }
    return stream != null;
  }
}
