package dev.headroom.ingest.http;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;

/** Mounts services on paths, leaving the length of bodies to {@link BodyReader}. */
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
