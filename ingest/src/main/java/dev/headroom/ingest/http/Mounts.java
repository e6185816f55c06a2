package dev.headroom.ingest.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;

/** Mounts a service on paths, with the limits of a body that {@link BodyReader} reads. */
final class Mounts {
  private final ServerBuilder builder;

  Mounts(ServerBuilder builder) {
    this.builder = builder;
  }

  Mounts add(HttpService service, String path, HttpMethod... methods) {
    builder
        .route()
        .addRoute(Route.builder().path(path).methods(methods).build())
        .maxRequestLength(BodyReader.ARMERIA_LIMIT)
        .build(service);
    return this;
  }
}
