package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.FlowLedger;
import dev.headroom.storage.ledger.Ledger;
import dev.headroom.storage.ledger.StockOwner;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.retention.RetentionSweep;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A server on a free port over a real store, for tests; the clock stands still. */
final class LogDoor implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final FlowLedger flows;
  private final EmbeddedLogStore store;
  private final ScheduledExecutorService blocking =
      Executors.newScheduledThreadPool(8, Thread.ofVirtual().name("http-", 0).factory());
  private final TailService tails;
  private final Server server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  LogDoor(Path directory) {
    this(directory, QueryLimits.DEFAULT);
  }

  LogDoor(Path directory, QueryLimits limits) {
    var layout = new StoreLayout(directory);
    flows = FlowLedger.open(layout.ledger());
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(layout.logs(), layout.logWal()),
            RetentionPolicy.DEFAULT,
            flows.logs());
    var ledger =
        new Ledger(
            layout,
            List.of(new StockOwner("logs", store, List.of(layout.logs(), layout.logWal()))),
            flows);
    var admission = new QueryAdmission(limits, new SimpleMeterRegistry());
    var engine = new LogEngine(store, admission);
    ServerBuilder builder =
        Server.builder().http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    builder.blockingTaskExecutor(blocking, false);
    builder.errorHandler(LogDoor::error);
    InstantSource clock = InstantSource.fixed(NOW);
    new LogService(engine, LogDoor::caller, clock).mount(builder);
    new ContextService(engine, LogDoor::caller).mount(builder);
    new ChangeService(engine, LogDoor::caller, clock).mount(builder);
    new FieldService(engine, ledger, LogDoor::caller, clock).mount(builder);
    tails = new TailService(engine, store, LogDoor::caller, clock);
    tails.mount(builder);
    new SearchService(engine, LogDoor::caller, clock).mount(builder);
    new LokiService(store, admission, LogDoor::caller, clock).mount(builder);
    new LedgerService(ledger, LogDoor::caller, clock).mount(builder);
    var sweep = new RetentionSweep(List.of(store), RetentionPolicy.DEFAULT, clock, () -> 0);
    new RetentionService(sweep, LogDoor::caller).mount(builder);
    server = builder.build();
    server.start().join();
  }

  private static Principal caller(ServiceRequestContext context) {
    String roles = context.request().headers().get("roles", "read");
    TenantId tenant = new TenantId(context.request().headers().get("tenant", "default"));
    return new Principal(
        tenant,
        "test",
        switch (roles) {
          case "read" -> Set.of(Role.READ);
          case "admin" -> Set.of(Role.ADMIN);
          default -> Set.of();
        });
  }

  private static com.linecorp.armeria.common.@Nullable HttpResponse error(
      ServiceRequestContext context, Throwable cause) {
    return cause instanceof HeadroomException e
        ? com.linecorp.armeria.common.HttpResponse.of(
            HttpStatus.valueOf(e.category().httpStatus()),
            MediaType.PLAIN_TEXT_UTF_8,
            String.valueOf(e.getMessage()))
        : com.linecorp.armeria.server.ServerErrorHandler.ofDefault()
            .onServiceException(context, cause);
  }

  /** Stores records; their JSON may be written with single quotes. Returns the first position. */
  long add(String index, List<Map.Entry<String, String>> timesAndRecords) {
    var builder = new LogBatch.Builder(TenantId.DEFAULT, "test", TimeRange.nanos(NOW));
    for (var entry : timesAndRecords) {
      byte[] source = entry.getValue().replace('\'', '"').getBytes(UTF_8);
      long time = TimeRange.nanos(Instant.parse(entry.getKey()));
      String stream = index.replaceAll("-[0-9.]+$", "");
      builder.startRecord(time, stream, index, source, 0, source.length);
      fields("", Json.read(source, 0, source.length), builder);
      builder.endRecord();
    }
    return store.append(builder.build(1)).items().getFirst().position();
  }

  long add(String index, String time, String record) {
    return add(index, List.of(Map.entry(time, record)));
  }

  private static void fields(String path, Json json, LogBatch.Builder builder) {
    switch (json) {
      case Json.Members members ->
          members
              .fields()
              .forEach(
                  (name, value) ->
                      fields(path.isEmpty() ? name : path + "." + name, value, builder));
      case Json.Items items -> items.values().forEach(item -> fields(path, item, builder));
      case Json.Scalar scalar -> {
        switch (scalar.kind()) {
          case STRING -> builder.addText(path, scalar.text());
          case BOOLEAN -> builder.addBoolean(path, Boolean.parseBoolean(scalar.text()));
          case NULL -> {}
          case NUMBER -> {
            if (scalar.text().contains(".")) {
              builder.addDouble(path, Double.parseDouble(scalar.text()));
            } else {
              builder.addLong(path, Long.parseLong(scalar.text()));
            }
          }
        }
      }
    }
  }

  /** Brings what was added into the partitions. */
  void checkpoint() {
    store.checkpoint();
  }

  record Reply(int status, String body, java.net.http.HttpHeaders headers) {
    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  int port() {
    return server.activeLocalPort();
  }

  static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8);
  }

  Reply get(String path, String... headers) {
    return send(request(path, headers).GET().build());
  }

  Reply post(String path, String type, String body, String... headers) {
    return send(
        request(path, headers)
            .header("content-type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build());
  }

  Reply delete(String path, String body, String... headers) {
    return send(
        request(path, headers)
            .header("content-type", "application/json")
            .method("DELETE", HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.activeLocalPort() + path));
    return headers.length == 0 ? builder : builder.headers(headers);
  }

  private Reply send(HttpRequest request) {
    try {
      HttpResponse<String> response =
          client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
      return new Reply(response.statusCode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** An answer whose lines come as they are written. */
  HttpResponse<java.util.stream.Stream<String>> lines(String path, String... headers) {
    try {
      return client.send(request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofLines());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  void closeTails() {
    tails.close();
  }

  /** JSON with the members whose values change from run to run taken out, in single quotes. */
  static String steady(String json) {
    return json.replaceAll(",\"tookMillis\":\\d+", "")
        .replaceAll("\"took\":\\d+,?", "")
        .replaceAll("\"_id\":\"[^\"]*\",?", "")
        .replace('"', '\'');
  }

  @Override
  public void close() {
    tails.close();
    var _ = server.stop(); // nobody asks any more, and its end waits two seconds for that
    client.close();
    blocking.shutdown();
    store.close();
    flows.close();
  }
}
