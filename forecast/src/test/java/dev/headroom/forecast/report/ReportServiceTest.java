package dev.headroom.forecast.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReportServiceTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Server SERVER = build();

  private static Server build() {
    Fleet fleet = new Fleet(false);
    fleet.disk("db-2:9100", "/var", 500, t -> 330 + 1.05 * fleet.days(t));
    var service =
        new ReportService(
            fleet.capacity(),
            fleet.cost(),
            context ->
                context.request().headers().contains("x-ingest")
                    ? new Principal(Fleet.TENANT, "sender", Set.of(Role.INGEST))
                    : Principal.anonymous(Fleet.TENANT),
            () -> Fleet.NOW);
    ServerBuilder builder = Server.builder().http(0);
    builder.errorHandler(
        (_, cause) ->
            cause instanceof HeadroomException e
                ? HttpResponse.of(
                    HttpStatus.valueOf(e.category().httpStatus()),
                    com.linecorp.armeria.common.MediaType.PLAIN_TEXT_UTF_8,
                    String.valueOf(e.getMessage()))
                : null);
    service.mount(builder);
    return builder.build();
  }

  @BeforeAll
  static void open() {
    SERVER.start().join();
  }

  @AfterAll
  static void close() {
    SERVER.stop().join();
  }

  private static java.net.http.HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + SERVER.activeLocalPort() + "/headroom/v1" + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), java.net.http.HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theFormatIsAskedForByParameterOrAcceptHeader() throws Exception {
    check(get("/capacity/report"), "application/json; charset=utf-8", "{\"report\":\"capacity\"");
    check(get("/capacity/report?format=csv"), "text/csv; charset=utf-8", "resource,usage,");
    check(get("/cost/report?format=text"), "text/plain; charset=utf-8", "Retention cost report");
    String browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    check(get("/cost/report", "Accept", browser), "text/html; charset=utf-8", "<!DOCTYPE html>");
    check(
        get("/cost/report?format=json", "Accept", browser),
        "application/json; charset=utf-8",
        "{\"report\":\"cost\"");
    var page = get("/capacity/report?format=html");
    assertTrue(
        page.headers()
            .firstValue("content-security-policy")
            .orElse("")
            .startsWith("default-src 'none'"));
    assertEquals(
        "attachment; filename=\"headroom-cost-2026-11-23.csv\"",
        get("/cost/report?format=csv").headers().firstValue("content-disposition").orElse(""));
  }

  private static void check(java.net.http.HttpResponse<String> answer, String type, String start) {
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(type, answer.headers().firstValue("content-type").orElse(""));
    assertTrue(answer.body().startsWith(start), answer.body());
  }

  @Test
  void theHorizonDecidesWhichDatesAreKnown() throws Exception {
    String near = get("/capacity/report?horizon=20d").body();
    assertTrue(near.contains("Nothing reaches its limit within 20 days"), near);
    String far = get("/capacity/report?horizon=90d").body();
    assertTrue(far.contains("/var on db-2 fills "), far);
  }

  @Test
  void badParametersAreNamed() throws Exception {
    refuse("/capacity/report?horizon=soon", 400, "horizon: \"soon\": must be a number and one of");
    refuse("/capacity/report?horizon=3000d", 400, "horizon: must be 1d to 730d");
    refuse("/capacity/report?format=pdf", 400, "format: \"pdf\" must be json, csv, html or text");
    refuse("/cost/report?months=0", 400, "months: \"0\" must be a number from 1 to 12");
    refuse("/cost/report?by=team", 400, "by: \"team\" must be stream, service or month");
    refuse("/cost/report?mouths=3", 400, "unknown parameter \"mouths\"; known here: by, format");
  }

  @Test
  void readingNeedsTheRole() throws Exception {
    var answer = get("/cost/report", "x-ingest", "1");
    assertEquals(403, answer.statusCode());
    assertEquals("this key lacks the role read", answer.body());
  }

  private static void refuse(String path, int status, String start) throws Exception {
    var answer = get(path);
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().startsWith(start), answer.body());
  }
}
