package dev.headroom.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.DecodingService;
import com.linecorp.armeria.server.encoding.EncodingService;
import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.logql.LogQlEngine;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loki's query API over the log store, as Grafana and logcli use it: routes and errors. {@link
 * LokiQueries} answers queries, {@link LokiCatalog} what labels and fields there are, {@link
 * LokiVolume} how much, {@link LokiTail} follows. Described in {@code docs/loki.md}.
 */
public final class LokiService implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LokiService.class);

  /** Far more than a query and its selectors need. */
  private static final long MAX_BODY_BYTES = 1 << 20;

  /** Whose API this is; clients choose what they ask by it. */
  private static final String LOKI_VERSION = "3.0.0";

  private static final String BASE = "/loki/api/v1/";

  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;
  private final LokiQueries queries;
  private final LokiCatalog catalog;
  private final LokiVolume volume;
  private final LokiTail tail;

  public LokiService(
      LogStore store,
      QueryAdmission admission,
      Function<ServiceRequestContext, Principal> callers,
      InstantSource clock) {
    var engine = new LogQlEngine(store, admission);
    this.callers = callers;
    this.clock = clock;
    this.queries = new LokiQueries(engine);
    this.catalog = new LokiCatalog(engine);
    this.volume = new LokiVolume(engine);
    this.tail = new LokiTail(engine, callers, clock);
  }

  public void mount(ServerBuilder builder) {
    route(builder, "query", queries::instant);
    route(builder, "query_range", queries::range);
    route(builder, "format_query", queries::format);
    route(builder, "labels", catalog::labels);
    route(builder, "label", catalog::labels);
    route(builder, "label/{name}/values", catalog::labelValues);
    route(builder, "series", catalog::series);
    route(builder, "index/stats", catalog::stats);
    route(builder, "index/volume", volume::instant);
    route(builder, "index/volume_range", volume::range);
    route(builder, "detected_labels", catalog::detectedLabels);
    route(builder, "detected_fields", catalog::detectedFields);
    route(builder, "detected_field/{name}/values", catalog::detectedFieldValues);
    route(builder, "patterns", catalog::patterns);
    route(builder, "status/buildinfo", LokiService::build);
    tail.mount(builder, BASE + "tail");
  }

  /**
   * One request.
   *
   * @param name of the label or field in the path, or empty
   * @param categorize whether lines come with their labels by kind
   */
  record Call(TenantId tenant, LokiParameters parameters, String name, boolean categorize) {}

  /** Writes the whole answer or throws. */
  interface Answering {
    void answer(Call call, PromOutput out) throws IOException;
  }

  private static void build(Call call, PromOutput out) throws IOException {
    String headroom = LokiService.class.getPackage().getImplementationVersion();
    PromJson.plain(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringField("version", LOKI_VERSION);
          json.writeStringField("revision", headroom == null ? "" : headroom);
          json.writeStringField("branch", "headroom");
          json.writeStringField("buildUser", "");
          json.writeStringField("buildDate", "");
          json.writeStringField("goVersion", "");
          json.writeEndObject();
        });
  }

  private void route(ServerBuilder builder, String path, Answering answering) {
    builder
        .route()
        .get(BASE + path)
        .post(BASE + path)
        .maxRequestLength(MAX_BODY_BYTES)
        .decorator(DecodingService.newDecorator())
        .decorator(EncodingService.newDecorator())
        .build((context, request) -> serve(context, request, answering));
  }

  private HttpResponse serve(
      ServiceRequestContext context, HttpRequest request, Answering answering) {
    return HttpResponse.of(
        request
            .aggregate()
            .thenCompose(
                whole -> {
                  var response = new CompletableFuture<HttpResponse>();
                  context
                      .blockingTaskExecutor()
                      .execute(() -> answer(context, whole, answering, response));
                  return response;
                }));
  }

  private void answer(
      ServiceRequestContext context,
      AggregatedHttpRequest request,
      Answering answering,
      CompletableFuture<HttpResponse> response) {
    var out = new PromOutput(response);
    try {
      TenantId tenant = callers.apply(context).require(Role.READ).tenant();
      var parameters = LokiParameters.of(context.queryParams(), request, clock.instant());
      String name = context.pathParams().getOrDefault("name", "");
      answering.answer(new Call(tenant, parameters, name, categorizes(request)), out);
      out.close();
    } catch (HeadroomException e) {
      if (!out.abort(e)) {
        response.complete(LokiErrors.answer(e.category(), String.valueOf(e.getMessage())));
      }
    } catch (IOException e) {
      out.abort(e); // nobody is there to read an error
      log.debug("answer to {} was cut off", context.path(), e);
    } catch (RuntimeException | StackOverflowError e) {
      log.error("{} failed", context.path(), e);
      if (!out.abort(e)) {
        response.complete(
            LokiErrors.answer(ErrorCategory.INTERNAL, "internal error; see the server's log"));
      }
    }
  }

  private static boolean categorizes(AggregatedHttpRequest request) {
    String flags = request.headers().get("x-loki-response-encoding-flags", "");
    return List.of(flags.split("\\s*,\\s*", -1)).contains(LokiJson.CATEGORIZE);
  }

  /** Ends every tail within a second. */
  @Override
  public void close() {
    tail.close();
  }
}
