package dev.headroom.query.http;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.ledger.Dimension;
import dev.headroom.storage.ledger.FlowAnswer;
import dev.headroom.storage.ledger.Ledger;
import dev.headroom.storage.ledger.LedgerQuery;
import dev.headroom.storage.ledger.Reconciliation;
import dev.headroom.storage.ledger.StockAnswer;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The byte ledger; its parameters and answers are in {@code docs/ledger.md}. */
public final class LedgerService {
  private static final Set<String> PARAMETERS = Set.of("by", "start", "end", "stream", "limit");
  private static final int DEFAULT_ROWS = 10_000;
  private static final int MAX_ROWS = 100_000;
  private static final long NANOS_PER_HOUR = 3_600_000_000_000L;

  /** An answer may read the ledger of every segment; more at once would only take turns. */
  private static final int MAX_AT_ONCE = 2;

  private static final int MAX_WAIT_SECONDS = 10;

  private final Ledger ledger;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;
  private final Semaphore running = new Semaphore(MAX_AT_ONCE);

  public LedgerService(
      Ledger ledger, Function<ServiceRequestContext, Principal> callers, InstantSource clock) {
    this.ledger = ledger;
    this.callers = callers;
    this.clock = clock;
  }

  public void mount(ServerBuilder builder) {
    route(builder, "/headroom/v1/ledger", this::ledger);
    route(builder, "/headroom/v1/ledger/reconcile", this::reconcile);
  }

  private void route(
      ServerBuilder builder, String path, Function<ServiceRequestContext, byte[]> answer) {
    HttpService service =
        (context, _) ->
            HttpResponse.of(
                CompletableFuture.supplyAsync(
                    () -> JsonAnswer.ok(answer.apply(context)), context.blockingTaskExecutor()));
    builder.route().get(path).build(service);
  }

  private byte[] ledger(ServiceRequestContext context) {
    Principal caller = callers.apply(context).require(Role.READ);
    Parameters parameters = Parameters.of(context.queryParams(), new byte[0], PARAMETERS);
    Instant now = clock.instant();
    LedgerQuery query = query(caller, parameters, TimeText.at(now));
    return inTurn(
        () -> {
          StockAnswer stock = ledger.stock(query);
          FlowAnswer flow = ledger.flows(query);
          return LedgerJson.answer(now, query, stock, flow, caller.may(Role.ADMIN));
        });
  }

  private static LedgerQuery query(Principal caller, Parameters parameters, TimeText times) {
    long from =
        parameters
            .read("start", times::start)
            .map(nanos -> Math.floorDiv(nanos, NANOS_PER_HOUR))
            .orElse(StockEntry.NO_HOUR);
    long to =
        parameters
            .read("end", times::start)
            .map(nanos -> Math.ceilDiv(nanos, NANOS_PER_HOUR))
            .orElse(Long.MAX_VALUE);
    if (to <= from) {
      throw HeadroomException.invalid("end: is not after start");
    }
    return new LedgerQuery(
        caller.tenant(),
        dimensions(parameters.list("by")),
        from,
        to,
        parameters.text("stream"),
        parameters.number("limit", 1, MAX_ROWS, DEFAULT_ROWS));
  }

  private static Set<Dimension> dimensions(List<String> names) {
    Set<Dimension> by = EnumSet.noneOf(Dimension.class);
    for (String name : names) {
      by.add(
          Arrays.stream(Dimension.values())
              .filter(each -> each.label().equals(name))
              .findAny()
              .orElseThrow(() -> unknownDimension(name)));
    }
    if (by.contains(Dimension.HOUR) && by.contains(Dimension.DAY)) {
      throw HeadroomException.invalid("by: give hour or day, not both");
    }
    return by;
  }

  private static HeadroomException unknownDimension(String name) {
    String known =
        Arrays.stream(Dimension.values()).map(Dimension::label).collect(Collectors.joining(", "));
    return HeadroomException.invalid(
        "by: there is no "
            + dev.headroom.storage.model.Printable.quote(name)
            + "; there are "
            + known);
  }

  private byte[] reconcile(ServiceRequestContext context) {
    callers.apply(context).require(Role.ADMIN);
    Parameters.of(context.queryParams(), new byte[0], Set.of());
    Instant now = clock.instant();
    return inTurn(
        () -> {
          Reconciliation reconciliation = ledger.reconcile();
          return LedgerJson.reconciliation(now, reconciliation);
        });
  }

  private interface Work {
    byte[] answer();
  }

  private byte[] inTurn(Work work) {
    try {
      if (!running.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new HeadroomException(
            ErrorCategory.OVERLOADED, "too many ledger requests at once; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted", e);
    }
    try {
      return work.answer();
    } finally {
      running.release();
    }
  }
}
