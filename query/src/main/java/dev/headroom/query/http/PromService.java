package dev.headroom.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.DecodingService;
import com.linecorp.armeria.server.encoding.EncodingService;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prometheus's query API, as Grafana, promtool and alerting tools use it: routes and errors. {@link
 * PromQueries} answers queries, {@link PromCatalog} what series there are, {@link PromStatus} what
 * clients ask to learn whom they talk to.
 */
public final class PromService {
  private static final Logger log = LoggerFactory.getLogger(PromService.class);

  /** Far more than a query and its selectors need. */
  private static final long MAX_BODY_BYTES = 1 << 20;

  private final Function<ServiceRequestContext, Principal> callers;
  private final PromQueries queries;
  private final PromCatalog catalog;
  private final PromStatus status;

  public PromService(
      MetricEngine engine,
      MetricStore store,
      Function<ServiceRequestContext, Principal> callers,
      InstantSource clock) {
    this.callers = callers;
    this.queries = new PromQueries(engine, clock);
    this.catalog = new PromCatalog(store);
    this.status = new PromStatus(engine.limits(), store, clock.instant());
  }

  public void mount(ServerBuilder builder) {
    route(builder, "/api/v1/query", queries::instant);
    route(builder, "/api/v1/query_range", queries::range);
    route(builder, "/api/v1/format_query", queries::format);
    route(builder, "/api/v1/query_exemplars", queries::exemplars);
    route(builder, "/api/v1/series", catalog::series);
    route(builder, "/api/v1/labels", catalog::labels);
    route(builder, "/api/v1/label/{name}/values", catalog::labelValues);
    route(builder, "/api/v1/metadata", catalog::metadata);
    route(builder, "/api/v1/rules", status::rules);
    route(builder, "/api/v1/alerts", status::alerts);
    route(builder, "/api/v1/targets", status::targets);
    route(builder, "/api/v1/alertmanagers", status::alertmanagers);
    route(builder, "/api/v1/status/buildinfo", status::build);
    route(builder, "/api/v1/status/runtimeinfo", status::runtime);
    route(builder, "/api/v1/status/flags", status::flags);
    route(builder, "/api/v1/status/config", status::config);
    route(builder, "/api/v1/status/tsdb", status::cardinality);
    route(builder, "/api/v1/status/walreplay", status::replay);
  }

  /**
   * One request.
   *
   * @param label the label in the path, or empty
   */
  record Call(TenantId tenant, PromParameters parameters, String label) {}

  /** Writes the whole answer or throws. */
  interface Answering {
    void answer(Call call, PromOutput out) throws IOException;
  }

  private void route(ServerBuilder builder, String path, Answering answering) {
    builder
        .route()
        .get(path)
        .post(path)
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
      PromParameters parameters = PromParameters.of(context.queryParams(), request);
      String label = context.pathParams().getOrDefault("name", "");
      answering.answer(new Call(tenant, parameters, label), out);
      out.close();
    } catch (HeadroomException e) {
      if (!out.abort(e)) {
        response.complete(PromErrors.answer(e.category(), String.valueOf(e.getMessage())));
      }
    } catch (IOException e) {
      out.abort(e); // nobody is there to read an error
      log.debug("answer to {} was cut off", context.path(), e);
    } catch (RuntimeException | StackOverflowError e) {
      log.error("{} failed", context.path(), e);
      if (!out.abort(e)) {
        response.complete(
            PromErrors.answer(ErrorCategory.INTERNAL, "internal error; see the server's log"));
      }
    }
  }
}
