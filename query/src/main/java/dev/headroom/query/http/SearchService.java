package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceBindingBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.DecodingService;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** The part of Elasticsearch's search API that reads logs: routes, headers and errors. */
public final class SearchService {
  private static final long MAX_BODY_BYTES = 8 << 20;
  private static final String VENDOR_TYPE = "application/vnd.elasticsearch+json";

  private final Function<ServiceRequestContext, Principal> callers;
  private final ElasticSearches searches;
  private final ElasticCatalog catalog;

  public SearchService(
      LogEngine engine, Function<ServiceRequestContext, Principal> callers, InstantSource clock) {
    this.callers = callers;
    this.searches = new ElasticSearches(engine, clock);
    this.catalog = new ElasticCatalog(engine);
  }

  public void mount(ServerBuilder builder) {
    route(builder, call -> searches.search(call), "/_search", "/{index}/_search");
    route(builder, call -> searches.count(call), "/_count", "/{index}/_count");
    route(builder, call -> searches.many(call), "/_msearch", "/{index}/_msearch");
    ElasticScrolls scrolls = searches.scrolls();
    route(builder, scrolls::page, "/_search/scroll", "/_search/scroll/{scroll}");
    delete(builder, scrolls::close, "/_search/scroll", "/_search/scroll/{scroll}");
    route(builder, scrolls::openPoint, "/{index}/_pit");
    delete(builder, scrolls::closePoint, "/_pit");
    route(builder, call -> catalog.mappings(call), "/_mapping", "/{index}/_mapping");
    route(builder, call -> catalog.fields(call), "/_field_caps", "/{index}/_field_caps");
    route(builder, call -> catalog.resolve(call), "/_resolve/index/{index}");
    route(builder, call -> catalog.indices(call), "/_cat/indices", "/_cat/indices/{index}");
  }

  /** One request: whose, of which indices, with what. */
  record Call(TenantId tenant, IndexNames indices, Map<String, String> parameters, byte[] body) {
    boolean flag(String name, boolean otherwise) {
      String value = parameters.get(name);
      if (value == null) {
        return otherwise;
      }
      return switch (value) {
        case "true", "" -> true;
        case "false" -> false;
        default ->
            throw HeadroomException.invalid(
                "Failed to parse value [" + value + "] for [" + name + "], expected true or false");
      };
    }

    Call of(IndexNames others, byte[] otherBody) {
      return new Call(tenant, others, parameters, otherBody);
    }
  }

  /** An answer's body, and its type when that is not JSON. */
  record Answer(byte[] body, boolean isText, int status) {
    static Answer json(byte[] body) {
      return new Answer(body, false, 200);
    }

    static Answer text(String text) {
      return new Answer(text.getBytes(UTF_8), true, 200);
    }
  }

  private interface Answering {
    Answer answer(Call call);
  }

  private void route(ServerBuilder builder, Answering answering, String... paths) {
    for (String path : paths) {
      build(builder.route().get(path).post(path), answering);
    }
  }

  private void delete(ServerBuilder builder, Answering answering, String... paths) {
    for (String path : paths) {
      build(builder.route().delete(path), answering);
    }
  }

  private void build(ServiceBindingBuilder binding, Answering answering) {
    binding
        .maxRequestLength(MAX_BODY_BYTES)
        .decorator(DecodingService.newDecorator())
        .build(
            (context, request) ->
                HttpResponse.of(
                    request
                        .aggregate()
                        .thenApplyAsync(
                            whole -> answer(context, whole, answering),
                            context.blockingTaskExecutor())
                        .exceptionally(e -> failed(request.headers(), e))));
  }

  private HttpResponse answer(
      ServiceRequestContext context, AggregatedHttpRequest request, Answering answering) {
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    Map<String, String> parameters = new LinkedHashMap<>();
    context.queryParams().forEach(parameters::putIfAbsent);
    String scroll = context.pathParam("scroll");
    if (scroll != null) {
      parameters.put("scroll_id", scroll);
    }
    String index = context.pathParam("index");
    var call =
        new Call(
            tenant,
            IndexNames.of(index == null ? "" : index),
            parameters,
            request.content().array());
    Answer answer = answering.answer(call);
    MediaType type = answer.isText() ? MediaType.PLAIN_TEXT_UTF_8 : jsonType(request.headers());
    return response(HttpStatus.valueOf(answer.status()), type, answer.body());
  }

  private static HttpResponse failed(RequestHeaders headers, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    ElasticException error =
        switch (cause) {
          case ElasticException e -> e;
          case HeadroomException e -> ElasticException.of(e);
          default -> throw new CompletionException(cause);
        };
    byte[] body = JsonAnswer.object(error::write);
    HttpStatus status = HttpStatus.valueOf(error.status());
    if (!error.isRetryable()) {
      return response(status, jsonType(headers), body);
    }
    return HttpResponse.of(
        headers(status, jsonType(headers)).set(HttpHeaderNames.RETRY_AFTER, "1").build(),
        HttpData.wrap(body));
  }

  private static HttpResponse response(HttpStatus status, MediaType type, byte[] body) {
    return HttpResponse.of(headers(status, type).build(), HttpData.wrap(body));
  }

  private static com.linecorp.armeria.common.ResponseHeadersBuilder headers(
      HttpStatus status, MediaType type) {
    return ResponseHeaders.builder(status)
        .contentType(type)
        .set("x-elastic-product", "Elasticsearch")
        .set("x-content-type-options", "nosniff");
  }

  /** Clients that ask for a vendor's type want it back, with the version they named. */
  private static MediaType jsonType(RequestHeaders headers) {
    Collection<String> accepted = List.of(headers.get(HttpHeaderNames.ACCEPT, "").split(",", -1));
    for (String type : accepted) {
      if (type.trim().startsWith(VENDOR_TYPE)) {
        try {
          return MediaType.parse(type.trim());
        } catch (IllegalArgumentException _) {
          break;
        }
      }
    }
    return MediaType.JSON;
  }
}
