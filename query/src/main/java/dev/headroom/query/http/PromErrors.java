package dev.headroom.query.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.headroom.storage.model.ErrorCategory;
import java.nio.charset.StandardCharsets;

/** Errors as Prometheus's API words them; its clients look at {@code errorType}. */
public final class PromErrors {
  /** The word for a category; those that Prometheus has no word for are a kind of bad request. */
  public static String type(ErrorCategory category) {
    return switch (category) {
      case INVALID, METHOD_NOT_ALLOWED, CONFLICT, TOO_LARGE, UNSUPPORTED_MEDIA -> "bad_data";
      case UNAUTHENTICATED -> "unauthorized";
      case FORBIDDEN -> "forbidden";
      case NOT_FOUND -> "not_found";
      case UNPROCESSABLE -> "execution";
      case INTERNAL -> "internal";
      case TENANT_LIMIT -> "too_many_requests";
      case OVERLOADED, UNAVAILABLE -> "unavailable";
      case TIMEOUT -> "timeout";
    };
  }

  static HttpResponse answer(ErrorCategory category, String message) {
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(category.httpStatus()))
            .contentType(MediaType.JSON)
            .set("x-content-type-options", "nosniff");
    if (category.isRetryable()) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "1");
    }
    String body =
        PromJson.text(
            out -> {
              out.writeStartObject();
              out.writeStringField("status", "error");
              out.writeStringField("errorType", type(category));
              out.writeStringField("error", message);
              out.writeEndObject();
            });
    return HttpResponse.of(headers.build(), HttpData.wrap(body.getBytes(StandardCharsets.UTF_8)));
  }

  private PromErrors() {}
}
