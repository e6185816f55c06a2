package dev.headroom.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.lang.LogQuery;
import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogFeed;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * {@code /headroom/v1/logs/tail}: records as they are acknowledged, in that order, as server-sent
 * events (WHATWG HTML, "Server-sent events"). The id of an event is the record's position, so that
 * a client that comes back with {@code Last-Event-ID} misses nothing.
 */
public final class TailService implements AutoCloseable {
  private static final int MAX_TAILS = 64;
  private static final int DEFAULT_BACKLOG = 10;
  private static final int MAX_BACKLOG = 1000;
  private static final MediaType EVENTS = MediaType.parse("text/event-stream; charset=utf-8");

  private final LogEngine engine;
  private final LogFeed feed;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(MAX_TAILS);
  private volatile boolean closed;

  public TailService(
      LogEngine engine,
      LogFeed feed,
      Function<ServiceRequestContext, Principal> callers,
      InstantSource clock) {
    this.engine = engine;
    this.feed = feed;
    this.callers = callers;
    this.clock = clock;
  }

  public void mount(ServerBuilder builder) {
    LogRoute.add(builder, "/headroom/v1/logs/tail", this::tail);
  }

  private HttpResponse tail(ServiceRequestContext context, AggregatedHttpRequest request) {
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    Parameters parameters =
        Parameters.of(context.queryParams(), request.content().array(), Set.of("q", "backlog"));
    LogFilter filter = filter(parameters);
    int backlog = parameters.number("backlog", 0, MAX_BACKLOG, DEFAULT_BACKLOG);
    OptionalLong last = lastEvent(request.headers().get("last-event-id", ""));
    if (closed || !places.tryAcquire()) {
      throw new HeadroomException(
          ErrorCategory.OVERLOADED, MAX_TAILS + " tails are open; close one or try again later");
    }
    HttpResponseWriter writer = HttpResponse.streaming();
    writer.write(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(EVENTS)
            .set("cache-control", "no-store")
            .build());
    context.clearRequestTimeout();
    var run = new TailRun(engine, feed, tenant, filter, writer, () -> closed);
    context
        .blockingTaskExecutor()
        .execute(
            () -> {
              try {
                run.run(backlog, last);
              } finally {
                places.release();
              }
            });
    return writer;
  }

  private LogFilter filter(Parameters parameters) {
    TimeText times = TimeText.at(clock.instant());
    LogQuery query =
        Parameters.named("q", () -> PipeParser.parse(parameters.text("q").orElse("*"), times));
    if (!query.stages().isEmpty()) {
      throw HeadroomException.invalid("q: a tail takes no stages; leave out what stands behind |");
    }
    return query.filter();
  }

  private static OptionalLong lastEvent(String header) {
    try {
      return header.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(header));
    } catch (NumberFormatException _) {
      throw HeadroomException.invalid("Last-Event-ID: expected the id of an event, a number");
    }
  }

  /** Ends every tail within a second. */
  @Override
  public void close() {
    closed = true;
  }
}
