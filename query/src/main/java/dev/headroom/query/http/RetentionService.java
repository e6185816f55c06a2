package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.PlannedDrop;
import dev.headroom.storage.retention.RetentionPlan;
import dev.headroom.storage.retention.RetentionRun;
import dev.headroom.storage.retention.RetentionSweep;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What retention drops and when: {@code GET /headroom/v1/retention/plan} tells, for the caller's
 * tenant or with {@code tenant=*} for all (administrators), what is due and what will be within
 * {@code days} (7); {@code POST /headroom/v1/retention/run} drops what is due now (administrators).
 */
public final class RetentionService {
  private static final int DEFAULT_DAYS = 7;
  private static final int MAX_DAYS = 3660;
  private static final int DEFAULT_ROWS = 1000;
  private static final int MAX_ROWS = 100_000;
  private static final String EVERYBODY = "*";

  private final RetentionSweep sweep;
  private final Function<ServiceRequestContext, Principal> callers;

  public RetentionService(
      RetentionSweep sweep, Function<ServiceRequestContext, Principal> callers) {
    this.sweep = sweep;
    this.callers = callers;
  }

  public void mount(ServerBuilder builder) {
    route(builder, HttpMethod.GET, "/headroom/v1/retention/plan", this::plan);
    route(builder, HttpMethod.POST, "/headroom/v1/retention/run", this::run);
  }

  private static void route(
      ServerBuilder builder,
      HttpMethod method,
      String path,
      Function<ServiceRequestContext, byte[]> answer) {
    HttpService service =
        (context, _) ->
            HttpResponse.of(
                CompletableFuture.supplyAsync(
                    () -> JsonAnswer.ok(answer.apply(context)), context.blockingTaskExecutor()));
    builder.route().path(path).methods(method).build(service);
  }

  private byte[] plan(ServiceRequestContext context) {
    Principal caller = callers.apply(context).require(Role.READ);
    Parameters parameters =
        Parameters.of(context.queryParams(), new byte[0], Set.of("days", "tenant", "limit"));
    int days = parameters.number("days", 0, MAX_DAYS, DEFAULT_DAYS);
    int limit = parameters.number("limit", 1, MAX_ROWS, DEFAULT_ROWS);
    String wanted = parameters.text("tenant").orElse(caller.tenant().value());
    if (!wanted.equals(caller.tenant().value())) {
      caller.require(Role.ADMIN);
    }
    RetentionPlan all = sweep.plan();
    RetentionPlan plan = wanted.equals(EVERYBODY) ? all : all.of(new TenantId(wanted));
    return JsonAnswer.object(out -> write(out, wanted, plan, days, limit));
  }

  private static void write(
      JsonGenerator out, String tenant, RetentionPlan plan, int days, int limit)
      throws IOException {
    Instant until = plan.asOf().plus(Duration.ofDays(days));
    List<PlannedDrop> upcoming =
        plan.drops().stream()
            .filter(drop -> !drop.isDue() && !drop.dueAt().isAfter(until))
            .toList();
    out.writeStringField("tenant", tenant);
    out.writeStringField("asOf", plan.asOf().toString());
    out.writeStringField("unit", "bytes");
    out.writeBooleanField("clockIsTrusted", plan.clockDoubt().isEmpty());
    if (plan.clockDoubt().isPresent()) {
      out.writeStringField("clockDoubt", plan.clockDoubt().get());
    }
    pieces(out, "due", plan.due(), limit);
    pieces(out, "upcoming", upcoming, limit);
    out.writeStringField("upcomingUntil", until.toString());
    JsonAnswer.texts(out, "notes", List.of(RetentionPlan.CLASS_NOTE));
  }

  private static void pieces(JsonGenerator out, String name, List<PlannedDrop> drops, int limit)
      throws IOException {
    out.writeObjectFieldStart(name);
    out.writeNumberField("bytes", drops.stream().mapToLong(d -> d.piece().bytes()).sum());
    out.writeNumberField("records", drops.stream().mapToLong(d -> d.piece().records()).sum());
    out.writeNumberField("count", drops.size());
    out.writeBooleanField("truncated", drops.size() > limit);
    out.writeArrayFieldStart("pieces");
    for (PlannedDrop drop : drops.subList(0, Math.min(limit, drops.size()))) {
      piece(out, drop);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void piece(JsonGenerator out, PlannedDrop drop) throws IOException {
    out.writeStartObject();
    out.writeStringField("tenant", drop.piece().tenant().value());
    out.writeStringField("kind", drop.piece().kind());
    out.writeStringField("name", drop.piece().name());
    out.writeStringField("class", drop.piece().retentionClass());
    out.writeBooleanField("classInForce", drop.isClassInForce());
    out.writeStringField("start", TimeRange.format(drop.piece().range().fromNanos()));
    out.writeStringField("end", TimeRange.format(drop.piece().range().toNanos()));
    out.writeNumberField("records", drop.piece().records());
    out.writeNumberField("bytes", drop.piece().bytes());
    out.writeStringField("reason", drop.reason().name().toLowerCase(Locale.ROOT));
    out.writeStringField("dueAt", drop.dueAt().toString());
    out.writeEndObject();
  }

  private byte[] run(ServiceRequestContext context) {
    callers.apply(context).require(Role.ADMIN);
    Parameters.of(context.queryParams(), new byte[0], Set.of());
    RetentionRun run = sweep.run();
    return JsonAnswer.object(
        out -> {
          out.writeStringField("unit", "bytes");
          out.writeBooleanField("clockIsTrusted", run.clockDoubt().isEmpty());
          if (run.clockDoubt().isPresent()) {
            out.writeStringField("clockDoubt", run.clockDoubt().get());
          }
          pieces(out, "dropped", run.dropped(), MAX_ROWS);
          JsonAnswer.texts(out, "failures", run.failures());
        });
  }
}
