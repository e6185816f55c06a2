package dev.headroom.query.http;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.promql.MemoryMetricStore;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A server on a free port, over a store on the heap or another one; the clock stands still. */
final class PromDoor implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final ScheduledExecutorService blocking =
      Executors.newScheduledThreadPool(8, Thread.ofVirtual().name("http-", 0).factory());
  private final Server server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final MetricStore store;
  private final QueryAdmission admission;

  PromDoor(QueryLimits limits) {
    this(limits, new MemoryMetricStore());
  }

  PromDoor(QueryLimits limits, MetricStore store) {
    this.store = store;
    admission = new QueryAdmission(limits, new SimpleMeterRegistry());
    ServerBuilder builder =
        Server.builder().http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    builder.blockingTaskExecutor(blocking, false);
    var engine = new MetricEngine(store, admission);
    new PromService(engine, store, PromDoor::caller, InstantSource.fixed(NOW)).mount(builder);
    server = builder.build();
    server.start().join();
  }

  private static Principal caller(ServiceRequestContext context) {
    Role role = Role.valueOf(context.request().headers().get("role", "READ"));
    TenantId tenant = new TenantId(context.request().headers().get("tenant", "default"));
    return new Principal(tenant, "test", Set.of(role));
  }

  QueryAdmission admission() {
    return admission;
  }

  void put(long timeMillis, double value, String... labels) {
    var batch = new SampleBatch.Builder(TenantId.DEFAULT, "test", 0);
    store.append(batch.add(Labels.of(labels), timeMillis, value).build(0));
  }

  String url() {
    return "http://127.0.0.1:" + server.activeLocalPort();
  }

  HttpResponse<String> get(String path, String... headers) {
    return send(request(path, headers).GET().build());
  }

  HttpResponse<String> post(String path, String type, String body) {
    return send(
        request(path, "content-type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create(url() + path));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(request.uri() + " failed", e);
    }
  }

  /** {@code name=value&…} of name, value, name, value … */
  static String form(String... namesAndValues) {
    var form = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(URLEncoder.encode(namesAndValues[i], StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }

  @Override
  public void close() {
    var _ = server.stop(); // nobody asks any more, and its end waits two seconds for that
    blocking.shutdown();
    client.close();
    store.close();
  }
}
