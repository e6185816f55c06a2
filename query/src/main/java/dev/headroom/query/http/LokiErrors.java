package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.headroom.storage.model.ErrorCategory;

/** Errors as Loki gives them: the message as plain text. */
public final class LokiErrors {
  /** Loki has no 422: what cannot be evaluated is a bad request. */
  private static int status(ErrorCategory category) {
    return category == ErrorCategory.UNPROCESSABLE ? 400 : category.httpStatus();
  }

  public static HttpResponse answer(ErrorCategory category, String message) {
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(status(category)))
            .contentType(MediaType.PLAIN_TEXT_UTF_8)
            .set("x-content-type-options", "nosniff");
    if (category.isRetryable()) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "1");
    }
    if (category == ErrorCategory.UNAUTHENTICATED) {
      headers.set(
          HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"headroom\", Basic realm=\"headroom\"");
    }
    return HttpResponse.of(headers.build(), HttpData.wrap((message + "\n").getBytes(UTF_8)));
  }

  private LokiErrors() {}
}
