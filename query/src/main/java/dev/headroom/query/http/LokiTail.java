package dev.headroom.query.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketFrameType;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.websocket.WebSocketService;
import dev.headroom.query.logql.Entry;
import dev.headroom.query.logql.LogQl;
import dev.headroom.query.logql.LogQlEngine;
import dev.headroom.query.logql.LogTail;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code tail}: a WebSocket on which the lines of a query come as they arrive. The store is polled;
 * the next poll waits until the client has taken the last lines, so nothing piles up.
 */
final class LokiTail {
  private static final Logger log = LoggerFactory.getLogger(LokiTail.class);

  /** Tails of one tenant at a time, as in Loki. */
  private static final int MAX_TAILS = 10;

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 5000;
  private static final Duration MAX_DELAY = Duration.ofSeconds(5);
  private static final Duration DEFAULT_PAST = Duration.ofHours(1);
  private static final long POLL_MILLIS = 500;

  /** Polls without a line before a ping shows that the client is still there. */
  private static final int QUIET_POLLS = 30;

  private final LogQlEngine engine;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;
  private final Map<TenantId, Integer> tails = new ConcurrentHashMap<>();
  private volatile boolean closed;

  LokiTail(
      LogQlEngine engine, Function<ServiceRequestContext, Principal> callers, InstantSource clock) {
    this.engine = engine;
    this.callers = callers;
    this.clock = clock;
  }

  /** Each tail ends with its next poll. */
  void close() {
    closed = true;
  }

  void mount(ServerBuilder builder, String path) {
    WebSocketService sockets =
        WebSocketService.builder(this::open).allowedOrigins("*").build(); // see checkOrigin
    builder.service(path, sockets.decorate(this::check));
  }

  /** What is wrong is answered before the connection becomes a socket. */
  private HttpResponse check(HttpService next, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    try {
      checkOrigin(request);
      TenantId tenant = callers.apply(context).require(Role.READ).tenant();
      Asked asked = Asked.of(context, clock);
      log.debug("tail tenant={} query={}", tenant, asked.query());
    } catch (HeadroomException e) {
      return LokiErrors.answer(e.category(), String.valueOf(e.getMessage()));
    }
    return next.serve(context, request);
  }

  /**
   * Programs send no origin. A browser does, and lets any page open a socket: only pages of this
   * host may.
   */
  private static void checkOrigin(HttpRequest request) {
    String origin = request.headers().get("origin", "");
    String host = String.valueOf(request.headers().authority());
    if (!origin.isEmpty()
        && !origin.equals("http://" + host)
        && !origin.equals("https://" + host)) {
      throw new HeadroomException(
          ErrorCategory.FORBIDDEN,
          "origin " + Printable.quote(origin) + " may not follow logs here");
    }
  }

  /** What a request asks for. */
  private record Asked(LogQl.Lines query, int limit, long delayNanos, long startNanos) {
    static Asked of(ServiceRequestContext context, InstantSource clock) {
      LokiParameters parameters = LokiParameters.of(context.queryParams(), clock.instant());
      Duration delay = parameters.duration("delay_for").orElse(Duration.ZERO);
      if (delay.compareTo(MAX_DELAY) > 0) {
        throw HeadroomException.invalid("delay_for can't be greater than 5");
      }
      return new Asked(
          parameters.lines(),
          parameters.number("limit", DEFAULT_LIMIT, MAX_LIMIT),
          delay.toNanos(),
          parameters.time("start").orElse(parameters.nowNanos() - DEFAULT_PAST.toNanos()));
    }
  }

  private WebSocket open(ServiceRequestContext context, WebSocket in) {
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    Asked asked = Asked.of(context, clock);
    WebSocketWriter out = WebSocket.streaming();
    if (tails.merge(tenant, 1, Integer::sum) > MAX_TAILS) {
      tails.merge(tenant, -1, Integer::sum);
      out.close(WebSocketCloseStatus.TRY_AGAIN_LATER, "max concurrent tail requests exceeded");
      return out;
    }
    var follower =
        new Follower(engine.tail(tenant, asked.query(), asked.startNanos()), asked, out, context);
    var _ = in.peek(frame -> answer(frame, out)).subscribe().whenComplete((_, _) -> out.close());
    var _ =
        out.whenComplete()
            .whenComplete(
                (_, _) ->
                    tails.computeIfPresent(
                        tenant, (_, n) -> n <= 1 ? null : Integer.valueOf(n - 1)));
    follower.pollSoon(0);
    return out;
  }

  private static void answer(WebSocketFrame frame, WebSocketWriter out) {
    if (frame.type() == WebSocketFrameType.PING && out.isOpen()) {
      out.writePong(frame.array());
    }
  }

  /** One socket's polls, one after another. */
  private final class Follower {
    private final LogTail tail;
    private final Asked asked;
    private final WebSocketWriter out;
    private final ScheduledExecutorService executor;
    private int quietPolls;

    Follower(LogTail tail, Asked asked, WebSocketWriter out, ServiceRequestContext context) {
      this.tail = tail;
      this.asked = asked;
      this.out = out;
      this.executor = context.blockingTaskExecutor().withoutContext();
    }

    void pollSoon(long millis) {
      try {
        var _ = executor.schedule(this::poll, millis, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException _) {
        out.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE, "stopping");
      }
    }

    private void poll() {
      if (!out.isOpen()) {
        return;
      }
      if (closed) {
        out.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE, "stopping");
        return;
      }
      try {
        long end = TimeRange.nanos(clock.instant()) - asked.delayNanos() + 1;
        List<Entry> entries = tail.poll(end, asked.limit());
        boolean written = entries.isEmpty() ? ping() : out.tryWrite(LokiJson.tail(entries));
        long pause = entries.size() < asked.limit() ? POLL_MILLIS : 0;
        if (written) {
          var _ = out.whenConsumed().thenRun(() -> pollSoon(pause));
        }
      } catch (HeadroomException e) {
        out.close(WebSocketCloseStatus.INTERNAL_SERVER_ERROR, String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        log.error("tail failed", e);
        out.close(WebSocketCloseStatus.INTERNAL_SERVER_ERROR, "internal error");
      }
    }

    private boolean ping() {
      quietPolls = (quietPolls + 1) % QUIET_POLLS;
      return quietPolls != 0 || out.tryWrite(WebSocketFrame.ofPing());
    }
  }
}
