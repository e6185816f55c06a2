package dev.headroom.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.DecodingService;

/** A route that reads logs: by GET, or by POST with a form or a JSON object. */
final class LogRoute {
  private static final long MAX_BODY_BYTES = 1 << 20;

  /** Answers on a thread that may block. */
  interface Answering {
    HttpResponse answer(ServiceRequestContext context, AggregatedHttpRequest request);
  }

  static void add(ServerBuilder builder, String path, Answering answering) {
    HttpService service =
        (context, request) ->
            HttpResponse.of(
                request
                    .aggregate()
                    .thenApplyAsync(
                        whole -> answering.answer(context, whole), context.blockingTaskExecutor()));
    builder
        .route()
        .get(path)
        .post(path)
        .maxRequestLength(MAX_BODY_BYTES)
        .decorator(DecodingService.newDecorator())
        .build(service);
  }

  private LogRoute() {}
}
