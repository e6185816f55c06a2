package dev.headroom.ingest.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.decode.JsonDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Answers as Elasticsearch gives them: compact JSON, the product header on every one (clients
 * refuse an answer without it), the vendor's media type if the client asked for it.
 */
final class ElasticAnswer {
  private static final String PRODUCT_HEADER = "x-elastic-product";
  private static final String VENDOR_SUBTYPE = "vnd.elasticsearch+json";

  private static final SerializableString SHARDS = new SerializedString("_shards");
  private static final SerializableString TOTAL = new SerializedString("total");
  private static final SerializableString SUCCESSFUL = new SerializedString("successful");
  private static final SerializableString FAILED = new SerializedString("failed");

  /** Writes a JSON value. */
  interface Content {
    void write(JsonGenerator out) throws IOException;
  }

  static HttpResponse json(ServiceRequestContext context, int status, Content content) {
    return json(context, status, 256, content);
  }

  static HttpResponse json(
      ServiceRequestContext context, int status, int expectedBytes, Content content) {
    var bytes = new ByteArrayOutputStream(expectedBytes);
    try (JsonGenerator out =
        FilterPath.filter(
            JsonDecoder.JSON.createGenerator(bytes), context.queryParam("filter_path"))) {
      content.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.size() == 0) {
      bytes.writeBytes(new byte[] {'{', '}'}); // nothing passed the filter
    }
    return respond(context, status, mediaType(context.request().headers()), bytes.toByteArray());
  }

  static HttpResponse text(ServiceRequestContext context, String text) {
    return respond(
        context,
        200,
        MediaType.PLAIN_TEXT_UTF_8,
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static HttpResponse respond(
      ServiceRequestContext context, int status, MediaType type, byte[] body) {
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(status))
            .contentType(type)
            .set(PRODUCT_HEADER, "Elasticsearch")
            .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    boolean hasBody = context.method() != com.linecorp.armeria.common.HttpMethod.HEAD;
    return hasBody
        ? HttpResponse.of(headers.build(), HttpData.wrap(body))
        : HttpResponse.of(headers.build());
  }

  /** The vendor's type of that version if the client takes it; any client takes plain JSON. */
  private static MediaType mediaType(RequestHeaders headers) {
    for (MediaType accepted : headers.accept()) {
      if (accepted.subtype().equals(VENDOR_SUBTYPE)) {
        return accepted;
      }
    }
    return MediaType.JSON;
  }

  static HttpResponse acknowledged(ServiceRequestContext context) {
    return json(
        context,
        200,
        out -> {
          out.writeStartObject();
          out.writeBooleanField("acknowledged", true);
          out.writeEndObject();
        });
  }

  static HttpResponse error(ServiceRequestContext context, int status, String type, String reason) {
    return json(
        context,
        status,
        out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("error");
          out.writeArrayFieldStart("root_cause");
          out.writeStartObject();
          writeError(out, type, reason);
          out.writeEndObject();
          out.writeEndArray();
          writeError(out, type, reason);
          out.writeEndObject();
          out.writeNumberField("status", status);
          out.writeEndObject();
        });
  }

  static void writeShards(JsonGenerator out) throws IOException {
    out.writeFieldName(SHARDS);
    out.writeStartObject();
    out.writeFieldName(TOTAL);
    out.writeNumber(1);
    out.writeFieldName(SUCCESSFUL);
    out.writeNumber(1);
    out.writeFieldName(FAILED);
    out.writeNumber(0);
    out.writeEndObject();
  }

  static void writeError(JsonGenerator out, String type, String reason) throws IOException {
    out.writeStringField("type", type);
    out.writeStringField("reason", reason);
  }

  private ElasticAnswer() {}
}
