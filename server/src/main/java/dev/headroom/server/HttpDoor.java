package dev.headroom.server;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.util.TransportType;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.receiver.AcceptLoop;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP port: HTTP/1.1 and HTTP/2, with TLS if configured. It opens before the stores do, so
 * that the probes can be asked while the WAL is replayed; everything else answers 503 until {@link
 * #mount} is called.
 */
final class HttpDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);

  /** A decompressed body may be this long (receivers cap compressed ones lower). */
  private static final long MAX_REQUEST_BYTES = 64L << 20;

  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final int MAX_CONNECTIONS = 10_000;
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(75);
  private static final Duration DRAIN = Duration.ofSeconds(10);

  /** Virtual threads: requests block on the disk, not on one another. */
  private static final int BLOCKING_THREADS = 512;

  /** Stands for all methods in {@link #routes}. */
  private static final Set<HttpMethod> ANY = Set.of(HttpMethod.GET);

  private final HeadroomConfig config;
  private final ScheduledExecutorService blocking;
  private final Authentication authentication;
  private final HealthService health;
  private final Server server;
  private final RequestsInFlight inFlight = new RequestsInFlight();

  HttpDoor(HeadroomConfig config, Authentication authentication, HealthService health) {
    this.config = config;
    this.authentication = authentication;
    this.health = health;
    this.blocking =
        Executors.newScheduledThreadPool(
            BLOCKING_THREADS, Thread.ofVirtual().name("http-", 0).factory());
    ServerBuilder builder = Server.builder();
    configure(builder);
    builder.serviceUnder("/", (context, _) -> notReady(context));
    this.server = builder.build();
  }

  private void configure(ServerBuilder builder) {
    var address = config.http().toSocketAddress();
    if (config.tls().isPresent()) {
      HeadroomConfig.Tls tls = config.tls().get();
      builder.tls(TlsKeyPair.of(tls.key().toFile(), tls.certificate().toFile()));
      builder.port(address, SessionProtocol.HTTPS);
    } else {
      builder.port(address, SessionProtocol.HTTP);
    }
    builder
        .maxRequestLength(MAX_REQUEST_BYTES)
        .http1MaxHeaderSize(MAX_HEADER_BYTES)
        .http2MaxHeaderListSize(MAX_HEADER_BYTES)
        .maxNumConnections(MAX_CONNECTIONS)
        .requestTimeout(REQUEST_TIMEOUT)
        .idleTimeout(IDLE_TIMEOUT)
        // close() has waited by then.
        .gracefulShutdownTimeout(Duration.ZERO, Duration.ZERO)
        .connectionDrainDuration(Duration.ZERO)
        .blockingTaskExecutor(blocking, false)
        .disableServerHeader()
        .disableDateHeader()
        .verboseResponses(false)
        .unloggedExceptionsReportInterval(Duration.ZERO)
        .errorHandler(HttpDoor::answerError);
    TransportType transport = Flags.transportType();
    if (transport == TransportType.EPOLL || transport == TransportType.NIO) {
      builder.bossGroupFactory(name -> new AcceptLoop(name, transport == TransportType.EPOLL));
    }
    builder.decorator(this::serve);
    health.mount(builder);
  }

  private HttpResponse serve(HttpService next, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    if (!inFlight.enter()) {
      return ErrorBodies.answer(context.path(), ErrorCategory.UNAVAILABLE, "stopping; try again");
    }
    var _ = context.log().whenComplete().thenRun(inFlight::leave);
    return authentication.serve(next, context, request);
  }

  /** Opens the port; only the probes answer well yet. */
  void start() {
    try {
      server.start().join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE,
          "cannot listen on "
              + config.http()
              + ": "
              + cause.getMessage()
              + "; is another server running there?",
          cause);
    }
  }

  /** Puts every service behind the port. */
  void mount(Consumer<ServerBuilder> services) {
    server.reconfigure(
        builder -> {
          configure(builder);
          services.accept(builder);
          builder.serviceUnder("/", (context, _) -> notFound(context));
        });
  }

  int port() {
    return server.activeLocalPort();
  }

  /** What is mounted: {@code GET /path/{parameter}}, a line for each method. */
  Set<String> routes() {
    Set<String> routes = new TreeSet<>();
    for (ServiceConfig service : server.config().defaultVirtualHost().serviceConfigs()) {
      Route route = service.route();
      Set<HttpMethod> methods = route.methods();
      for (HttpMethod method : methods.equals(HttpMethod.knownMethods()) ? ANY : methods) {
        routes.add(method + " " + route.patternString());
      }
    }
    return routes;
  }

  private static HttpResponse notReady(ServiceRequestContext context) {
    return ErrorBodies.answer(
        context.path(), ErrorCategory.UNAVAILABLE, "starting; ask /health/ready");
  }

  private static HttpResponse notFound(ServiceRequestContext context) {
    return ErrorBodies.answer(
        context.path(), ErrorCategory.NOT_FOUND, "no such path: " + context.path());
  }

  private static HttpResponse answerError(ServiceRequestContext context, Throwable cause) {
    if (cause instanceof HeadroomException e) {
      return ErrorBodies.answer(context.path(), e);
    }
    if (!(cause instanceof HttpStatusException) && !(cause instanceof HttpResponseException)) {
      LOG.error("cannot answer path={}", context.path(), cause);
    }
    return ServerErrorHandler.ofDefault().onServiceException(context, cause);
  }

  /** Takes no more requests, lets those in flight finish, then returns. */
  @Override
  public void close() {
    inFlight.close(DRAIN);
    CompletableFuture<Void> stopped = server.stop();
    stopped.join();
    blocking.shutdown();
  }
}
