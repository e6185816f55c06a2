package dev.headroom.server;

import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.ApiKeys;
import dev.headroom.storage.tenant.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.awaitility.Awaitility;

/** A whole server inside the test's process, on free ports of loopback. */
final class RunningServer implements AutoCloseable {
  static final HostPort FREE_PORT = new HostPort("127.0.0.1", 0);

  final HeadroomServer server;
  final ApiKeys keys;
  private final HttpClient http;

  private RunningServer(HeadroomConfig config, HttpClient http) {
    this.http = http;
    this.keys = new ApiKeys(new StoreLayout(config.data()).keys());
    this.server = HeadroomServer.start(config);
  }

  /** Takes everything from anyone. */
  static RunningServer open(Path data) {
    return of(config(data));
  }

  /** Wants a key for everything; make some with {@link #key}. */
  static RunningServer withKeys(Path data) {
    return of(authenticated(config(data), Optional.empty()));
  }

  static RunningServer of(HeadroomConfig config) {
    return new RunningServer(
        config, HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  /** Its certificate is one that this client trusts. */
  static RunningServer of(HeadroomConfig config, SSLContext trust) {
    return new RunningServer(config, HttpClient.newBuilder().sslContext(trust).build());
  }

  static HeadroomConfig config(Path data) {
    return HeadroomConfig.defaults(data)
        .withListeners(FREE_PORT, Optional.of(FREE_PORT), false)
        .withoutHostMetrics();
  }

  static HeadroomConfig authenticated(HeadroomConfig base, Optional<HeadroomConfig.Tls> tls) {
    return new HeadroomConfig(
        base.data(),
        base.http(),
        base.syslog(),
        base.syslogZone(),
        tls,
        true,
        base.insecureListen(),
        base.hostMetrics(),
        base.retention(),
        base.routes(),
        base.resources(),
        base.prices(),
        base.minFreeBytes(),
        base.stayUpOnWriteFailure());
  }

  URI uri() {
    return server.uri();
  }

  Api api() {
    return Api.of(http, uri());
  }

  /** A new key of a tenant, which the server knows. */
  String key(String tenant, Role... roles) {
    String key = keys.create("test", new TenantId(tenant), Set.of(roles), Instant.now()).key();
    Awaitility.await("the key is known")
        .atMost(Duration.ofSeconds(20))
        .until(() -> api().as(key).get("/").status() == 200);
    return key;
  }

  @Override
  public void close() {
    try (http) {
      server.close();
    }
  }
}
