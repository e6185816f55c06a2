package dev.headroom.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.headroom.query.http.LokiErrors;
import dev.headroom.query.http.PromErrors;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * Error answers of the door itself (no route, no key, not ready), in the words of the protocol
 * whose path was asked: Elasticsearch, Prometheus, Loki, or problem details (RFC 9457).
 */
final class ErrorBodies {
  private static final JsonFactory JSON = new JsonFactory();
  private static final MediaType PROBLEM = MediaType.parse("application/problem+json");

  static HttpResponse answer(String path, HeadroomException error) {
    return answer(path, error.category(), String.valueOf(error.getMessage()));
  }

  static HttpResponse answer(String path, ErrorCategory category, String message) {
    if (path.startsWith("/loki/")) {
      return LokiErrors.answer(category, message);
    }
    boolean ours = path.startsWith("/headroom/") || path.startsWith("/health/");
    boolean prometheus = path.startsWith("/api/");
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(category.httpStatus()))
            .contentType(ours ? PROBLEM : MediaType.JSON)
            .set("x-content-type-options", "nosniff");
    if (category.isRetryable()) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "1");
    }
    if (category == ErrorCategory.UNAUTHENTICATED) {
      headers.set(
          HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"headroom\", Basic realm=\"headroom\"");
    }
    if (!ours && !prometheus) {
      headers.set("x-elastic-product", "Elasticsearch");
    }
    byte[] body =
        ours
            ? problem(category, message)
            : prometheus ? prometheus(category, message) : elasticsearch(category, message);
    return HttpResponse.of(headers.build(), HttpData.wrap(body));
  }

  private static byte[] problem(ErrorCategory category, String message) {
    return json(
        out -> {
          out.writeStringField("type", "about:blank");
          out.writeStringField("title", label(category));
          out.writeNumberField("status", category.httpStatus());
          out.writeStringField("detail", message);
        });
  }

  private static byte[] prometheus(ErrorCategory category, String message) {
    return json(
        out -> {
          out.writeStringField("status", "error");
          out.writeStringField("errorType", PromErrors.type(category));
          out.writeStringField("error", message);
        });
  }

  private static byte[] elasticsearch(ErrorCategory category, String message) {
    String type = label(category).replace(' ', '_') + "_exception";
    return json(
        out -> {
          out.writeObjectFieldStart("error");
          out.writeArrayFieldStart("root_cause");
          out.writeStartObject();
          out.writeStringField("type", type);
          out.writeStringField("reason", message);
          out.writeEndObject();
          out.writeEndArray();
          out.writeStringField("type", type);
          out.writeStringField("reason", message);
          out.writeEndObject();
          out.writeNumberField("status", category.httpStatus());
        });
  }

  private static String label(ErrorCategory category) {
    return category.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  private static byte[] json(Fields fields) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      fields.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private ErrorBodies() {}
}
