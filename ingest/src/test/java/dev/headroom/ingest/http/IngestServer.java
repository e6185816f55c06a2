package dev.headroom.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.ingest.admission.AdmissionControl;
import dev.headroom.ingest.admission.DecodeSlots;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.ingest.normalise.StreamRouter;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.logs.StreamInfo;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.tenant.Principal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** The ingest services on a port of their own, over a real log store. */
final class IngestServer implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final ObjectMapper JSON = new ObjectMapper();

  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1 << 28, 1 << 26);

  final EmbeddedLogStore logs;
  final InMemoryMetricStore metrics = new InMemoryMetricStore();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final AdmissionControl admission;

  /** Stands between the services and the store, so that a test can make it fail. */
  final InterceptedLogStore store;

  private final ScheduledExecutorService blocking =
      Executors.newScheduledThreadPool(64, Thread.ofVirtual().name("http-", 0).factory());
  private final Server server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  IngestServer(Path directory) {
    this(directory, 512L << 20, BodyLimits.DEFAULT);
  }

  IngestServer(Path directory, long maxBytesInFlight, BodyLimits limits) {
    logs =
        EmbeddedLogStore.open(
            LogStoreConfig.of(directory.resolve("logs"), directory.resolve("wal")),
            RetentionPolicy.DEFAULT);
    store = new InterceptedLogStore(logs);
    admission = new AdmissionControl(maxBytesInFlight);
    var meters = new IngestMeters(registry);
    var bodies = new BodyReader(admission, DecodeSlots.forThisMachine(), limits);
    var router = new StreamRouter(IngestServer.names(logs), () -> NOW);
    var normaliser = new Normaliser(RetentionPolicy.DEFAULT, router, () -> NOW);
    var builder =
        Server.builder()
            .http(0)
            .maxRequestLength(64L << 20)
            .requestTimeout(Duration.ofMinutes(1))
            .blockingTaskExecutor(blocking, false)
            .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(5))
            .errorHandler(IngestServer::answerError);
    new BulkService(store, normaliser, meters, bodies, IngestServer::caller).mount(builder);
    new DocumentService(store, normaliser, meters, bodies, IngestServer::caller).mount(builder);
    new NdjsonService(store, normaliser, meters, bodies, IngestServer::caller).mount(builder);
    new RemoteWriteService(metrics, meters, () -> NOW, bodies, IngestServer::caller).mount(builder);
    new ElasticStartupService(ElasticStartupService.DEFAULT_VERSION).mount(builder);
    new ElasticIndexService(store, () -> logs.failure().isEmpty(), () -> NOW, IngestServer::caller)
        .mount(builder);
    server = builder.build();
    server.start().join();
  }

  static java.util.function.Function<TenantId, List<String>> names(LogStore store) {
    return tenant -> store.streams(tenant).stream().map(StreamInfo::name).toList();
  }

  private static Principal caller(ServiceRequestContext context) {
    String tenant = context.request().headers().get("x-scope-orgid", "default");
    return Principal.anonymous(new TenantId(tenant));
  }

  /** As the server's own door does, in one form for every path. */
  private static HttpResponse answerError(ServiceRequestContext context, Throwable cause) {
    if (!(cause instanceof HeadroomException e)) {
      return java.util.Objects.requireNonNull(
          ServerErrorHandler.ofDefault().onServiceException(context, cause));
    }
    var headers = ResponseHeaders.builder(HttpStatus.valueOf(e.category().httpStatus()));
    if (e.category().isRetryable()) {
      headers.set("retry-after", "1");
    }
    return HttpResponse.of(headers.build(), HttpData.ofUtf8(e.category() + ": " + e.getMessage()));
  }

  int port() {
    return server.activeLocalPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** An answer: status, headers, body. */
  record Answer(int status, java.net.http.HttpHeaders headers, String body) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException("no JSON: " + body, e);
      }
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  Answer post(String path, String body) {
    return post(path, body.getBytes(UTF_8));
  }

  Answer post(String path, byte[] body) {
    return send("POST", path, BodyPublishers.ofByteArray(body), _ -> {});
  }

  Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody(), _ -> {});
  }

  Answer send(String method, String path, BodyPublisher body, Consumer<HttpRequest.Builder> more) {
    var request = HttpRequest.newBuilder(uri(path)).method(method, body);
    more.accept(request);
    try {
      var response = client.send(request.build(), BodyHandlers.ofString(UTF_8));
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every record of the tenant that passes, in order of arrival. */
  List<LogHit> find(LogFilter filter) {
    return search(TenantId.DEFAULT, filter).hits().reversed();
  }

  LogAnswer search(TenantId tenant, LogFilter filter) {
    try (MemoryPermit permit = MEMORY.open()) {
      return logs.search(
          tenant,
          LogSearch.newest(filter, TimeRange.ALL, 10_000),
          Deadline.after(Duration.ofSeconds(30)),
          permit);
    }
  }

  double count(String meter, String... tags) {
    return registry.find(meter).tags(tags).counters().stream().mapToDouble(Counter::count).sum();
  }

  /** Received = stored + rejected + dropped, and nothing is held any more. */
  void checkCounts(String door) {
    org.junit.jupiter.api.Assertions.assertEquals(
        count("headroom.received.records", "door", door),
        count("headroom.stored.records", "door", door)
            + count("headroom.rejected.records", "door", door)
            + count("headroom.dropped.records", "door", door),
        "received = stored + rejected + dropped of " + door);
  }

  @Override
  public void close() {
    client.close();
    var _ = server.stop(); // nobody asks any more, and its end waits two seconds for that
    blocking.shutdown();
    logs.close();
  }
}
