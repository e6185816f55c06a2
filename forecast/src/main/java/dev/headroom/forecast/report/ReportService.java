package dev.headroom.forecast.report;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.forecast.capacity.CapacityPlanner;
import dev.headroom.forecast.cost.CostPlanner;
import dev.headroom.storage.config.Units;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * {@code GET /headroom/v1/capacity/report} and {@code GET /headroom/v1/cost/report}, as JSON, CSV,
 * HTML or text; {@code docs/reports.md} defines parameters and columns.
 *
 * <p>A report forecasts many series, so few are made at a time; more askers get 503 and may come
 * again. Past the deadline a report holds what was done and says that it is partial.
 */
public final class ReportService {
  private static final int MOST_AT_ONCE = 2;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(60);
  private static final int DEFAULT_HORIZON_DAYS = 90;
  private static final int DEFAULT_MONTHS = 3;
  private static final int DEFAULT_WIDTH = 100;
  private static final Set<String> CAPACITY = Set.of("horizon", "format", "width");
  private static final Set<String> COST = Set.of("months", "by", "format", "width");

  private final CapacityPlanner capacity;
  private final CostPlanner cost;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;
  private final Semaphore running = new Semaphore(MOST_AT_ONCE);

  public ReportService(
      CapacityPlanner capacity,
      CostPlanner cost,
      Function<ServiceRequestContext, Principal> callers,
      InstantSource clock) {
    this.capacity = capacity;
    this.cost = cost;
    this.callers = callers;
    this.clock = clock;
  }

  public void mount(ServerBuilder builder) {
    route(builder, "/headroom/v1/capacity/report", this::capacityReport);
    route(builder, "/headroom/v1/cost/report", this::costReport);
  }

  @FunctionalInterface
  private interface Making {
    Report make(TenantId tenant, QueryParams parameters, Instant asOf);
  }

  private void route(ServerBuilder builder, String path, Making making) {
    builder
        .route()
        .get(path)
        .build(
            (context, request) ->
                HttpResponse.of(
                    CompletableFuture.supplyAsync(
                        () -> answer(context, request, making), context.blockingTaskExecutor())));
  }

  private HttpResponse answer(ServiceRequestContext context, HttpRequest request, Making making) {
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    QueryParams parameters = context.queryParams();
    ReportFormat format =
        parameters.contains("format")
            ? ReportFormat.parse(parameters.get("format", ""))
            : ReportFormat.of(request.headers().accept());
    int width =
        number(parameters, "width", TextRenderer.MIN_WIDTH, TextRenderer.MAX_WIDTH, DEFAULT_WIDTH);
    if (!running.tryAcquire()) {
      throw new HeadroomException(
          ErrorCategory.OVERLOADED, "other reports are being made; try again in a moment");
    }
    try {
      Instant asOf = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      return render(making.make(tenant, parameters, asOf), format, width);
    } finally {
      running.release();
    }
  }

  private Report capacityReport(TenantId tenant, QueryParams parameters, Instant asOf) {
    requireKnown(parameters, CAPACITY);
    int days = horizonDays(parameters.get("horizon", DEFAULT_HORIZON_DAYS + "d"));
    return CapacityReport.of(tenant, capacity.plan(tenant, asOf, days, Deadline.after(TIME_LIMIT)));
  }

  private Report costReport(TenantId tenant, QueryParams parameters, Instant asOf) {
    requireKnown(parameters, COST);
    int months = number(parameters, "months", 1, CostPlanner.MAX_MONTHS, DEFAULT_MONTHS);
    CostReport.By by = by(parameters.get("by", "stream"));
    return CostReport.of(cost.plan(tenant, asOf, months, Deadline.after(TIME_LIMIT)), by);
  }

  private static int horizonDays(String text) {
    long days;
    try {
      days = Units.duration(text).toDays();
    } catch (IllegalArgumentException e) {
      throw HeadroomException.invalid("horizon: " + Printable.quote(text) + ": " + e.getMessage());
    }
    if (days < 1 || days > CapacityPlanner.MAX_HORIZON_DAYS) {
      throw HeadroomException.invalid(
          "horizon: must be 1d to " + CapacityPlanner.MAX_HORIZON_DAYS + "d");
    }
    return (int) days;
  }

  private static CostReport.By by(String text) {
    return switch (text) {
      case "stream" -> CostReport.By.STREAM;
      case "service" -> CostReport.By.SERVICE;
      case "month" -> CostReport.By.MONTH;
      default ->
          throw HeadroomException.invalid(
              "by: " + Printable.quote(text) + " must be stream, service or month");
    };
  }

  private static int number(QueryParams parameters, String name, int min, int max, int otherwise) {
    String text = parameters.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw HeadroomException.invalid(
        name + ": " + Printable.quote(text) + " must be a number from " + min + " to " + max);
  }

  private static void requireKnown(QueryParams parameters, Set<String> known) {
    for (String name : parameters.names()) {
      if (!known.contains(name)) {
        throw HeadroomException.invalid(
            "unknown parameter "
                + Printable.quote(name)
                + "; known here: "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  private static HttpResponse render(Report report, ReportFormat format, int width) {
    byte[] body =
        switch (format) {
          case JSON -> JsonRenderer.render(report);
          case CSV -> CsvRenderer.render(report);
          case HTML -> HtmlRenderer.render(report).getBytes(StandardCharsets.UTF_8);
          case TEXT -> TextRenderer.render(report, width).getBytes(StandardCharsets.UTF_8);
        };
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(format.type())
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.VARY, "accept")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
    switch (format) {
      case HTML ->
          headers.set(
              HttpHeaderNames.CONTENT_SECURITY_POLICY,
              "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
      case CSV ->
          headers.set(
              HttpHeaderNames.CONTENT_DISPOSITION,
              "attachment; filename=\"headroom-" + report.id() + "-" + day(report) + ".csv\"");
      case JSON, TEXT -> {}
    }
    return HttpResponse.of(headers.build(), HttpData.wrap(body));
  }

  private static LocalDate day(Report report) {
    return LocalDate.ofInstant(report.asOf(), ZoneOffset.UTC);
  }
}
