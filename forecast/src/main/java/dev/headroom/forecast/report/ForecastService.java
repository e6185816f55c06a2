package dev.headroom.forecast.report;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * {@code GET /headroom/v1/forecast?query=PROMQL}: forecasts of every series that a PromQL
 * expression gives. The parameters and the answer are in {@code docs/forecast.md}.
 *
 * <p>Reading and forecasting run on the request's virtual thread; so many forecasts as there are
 * processors are computed at a time, and who waits for more than {@value #MOST_WAIT_SECONDS}
 * seconds is told to come again.
 */
public final class ForecastService {
  private static final String PATH = "/headroom/v1/forecast";
  private static final int MOST_WAIT_SECONDS = 10;

  private final HistoryReader reader;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;
  private final Semaphore turns;

  public ForecastService(
      SeriesSource source,
      Function<ServiceRequestContext, Principal> callers,
      InstantSource clock) {
    this.reader = new HistoryReader(source);
    this.callers = callers;
    this.clock = clock;
    this.turns = new Semaphore(Runtime.getRuntime().availableProcessors());
  }

  public void mount(ServerBuilder builder) {
    HttpService service =
        (context, _) ->
            HttpResponse.of(
                CompletableFuture.supplyAsync(
                    () -> answer(context), context.blockingTaskExecutor()));
    builder.route().get(PATH).build(service);
  }

  private HttpResponse answer(ServiceRequestContext context) {
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    ForecastRequest request = ForecastRequest.of(context.queryParams(), clock.instant());
    List<HistoryReader.Measured> measured = reader.read(tenant, request);
    ForecastAnswer answer = forecast(request, measured);
    return switch (request.format()) {
      case JSON -> respond(MediaType.JSON, ForecastJson.render(answer));
      case CSV -> respond(MediaType.CSV_UTF_8, ForecastCsv.render(answer));
      case HTML ->
          respond(
              MediaType.HTML_UTF_8, ForecastPage.render(answer).getBytes(StandardCharsets.UTF_8));
    };
  }

  private ForecastAnswer forecast(ForecastRequest request, List<HistoryReader.Measured> measured) {
    try {
      if (!turns.tryAcquire(MOST_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new HeadroomException(
            ErrorCategory.OVERLOADED, "too many forecasts at once; try again in a few seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "the server is stopping", e);
    }
    try {
      return ForecastAnswer.of(request, measured);
    } finally {
      turns.release();
    }
  }

  private static HttpResponse respond(MediaType type, byte[] body) {
    ResponseHeaders headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .set("x-content-type-options", "nosniff")
            .set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
            .build();
    return HttpResponse.of(headers, HttpData.wrap(body));
  }
}
