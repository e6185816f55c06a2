package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An error as Elasticsearch answers it: a status, a type and a reason. */
final class ElasticException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String type;
  private final @Nullable String index;

  ElasticException(int status, String type, String reason, @Nullable String index) {
    super(reason);
    this.status = status;
    this.type = type;
    this.index = index;
  }

  static ElasticException noSuchIndex(String name) {
    return new ElasticException(
        404, "index_not_found_exception", "no such index [" + name + "]", name);
  }

  /** What a parser says of a request. */
  static ElasticException unreadable(HeadroomException e) {
    return new ElasticException(
        e.category().httpStatus(), "parsing_exception", String.valueOf(e.getMessage()), null);
  }

  static ElasticException of(HeadroomException e) {
    String type =
        switch (e.category()) {
          case INVALID, UNSUPPORTED_MEDIA, UNPROCESSABLE, METHOD_NOT_ALLOWED ->
              "illegal_argument_exception";
          case UNAUTHENTICATED, FORBIDDEN -> "security_exception";
          case NOT_FOUND -> "resource_not_found_exception";
          case CONFLICT -> "version_conflict_engine_exception";
          case TOO_LARGE, TENANT_LIMIT -> "circuit_breaking_exception";
          case OVERLOADED -> "es_rejected_execution_exception";
          case INTERNAL -> "exception";
          case UNAVAILABLE -> "no_shard_available_action_exception";
          case TIMEOUT -> "timeout_exception";
        };
    return new ElasticException(
        e.category().httpStatus(), type, String.valueOf(e.getMessage()), null);
  }

  int status() {
    return status;
  }

  boolean isRetryable() {
    return status == 503;
  }

  /** The members {@code error} and {@code status}. */
  void write(JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("error");
    out.writeArrayFieldStart("root_cause");
    out.writeStartObject();
    cause(out);
    out.writeEndObject();
    out.writeEndArray();
    cause(out);
    out.writeEndObject();
    out.writeNumberField("status", status);
  }

  private void cause(JsonGenerator out) throws IOException {
    out.writeStringField("type", type);
    out.writeStringField("reason", SourceJson.wellFormed(String.valueOf(getMessage())));
    if (index != null) {
      out.writeStringField("resource.type", "index_or_alias");
      out.writeStringField("resource.id", index);
      out.writeStringField("index_uuid", "_na_");
      out.writeStringField("index", index);
    }
  }
}
