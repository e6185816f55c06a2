package dev.headroom.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.storage.tenant.Role;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** {@code /metrics}: the process's own meters, as Prometheus scrapes them. */
final class MetricsService {
  private static final MediaType TEXT = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  private final PrometheusMeterRegistry meters;

  MetricsService(PrometheusMeterRegistry meters) {
    this.meters = meters;
  }

  void mount(ServerBuilder builder) {
    builder.service("/metrics", (context, _) -> scrape(context));
  }

  private HttpResponse scrape(ServiceRequestContext context) {
    Authentication.principal(context).require(Role.READ);
    return HttpResponse.of(HttpStatus.OK, TEXT, HttpData.ofUtf8(meters.scrape()));
  }
}
