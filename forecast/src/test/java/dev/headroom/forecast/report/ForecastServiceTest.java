package dev.headroom.forecast.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.linecorp.armeria.client.BlockingWebClient;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.Server;
import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ForecastServiceTest {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final Instant NOW = Instant.parse("2026-06-15T10:30:00Z");
  private static final TenantId TENANT = new TenantId("acme");

  private static Server server;
  private static BlockingWebClient client;

  /** Answers with a point every step of what {@link Disk} says. */
  private static final SeriesSource SOURCE =
      (tenant, promql, from, to, step) -> {
        assertEquals(TENANT, tenant);
        assertTrue((to - from) / step <= 11_000, "too many points in one read");
        List<SeriesSamples> series = new ArrayList<>();
        switch (promql) {
          case "disk_bytes" -> {
            series.add(disk("db-1", from, to, step, 200 * DAY));
            series.add(disk("db-2", from, to, step, 60 * DAY));
          }
          case "young" -> series.add(disk("<b>", from, to, step, 3 * 60_000));
          case "many" -> {
            for (int i = 0; i <= HistoryReader.MOST_SERIES; i++) {
              series.add(disk("host-" + i, from, to, step, DAY));
            }
          }
          default -> {
            // nothing matches
          }
        }
        series.removeIf(samples -> samples.size() == 0);
        return series;
      };

  /** 1 GiB that grows by 1 MiB a day, with a peak of 100 MiB for ten minutes at noon. */
  private static SeriesSamples disk(String host, long from, long to, long step, long age) {
    long[] times = new long[(int) ((to - from) / step) + 1];
    double[] values = new double[times.length];
    int size = 0;
    for (long at = from; at <= to; at += step) {
      if (at >= NOW.toEpochMilli() - age && at <= NOW.toEpochMilli()) {
        times[size] = at;
        boolean isNoon = at % DAY >= 12 * HOUR && at % DAY < 12 * HOUR + 600_000;
        values[size++] = (1L << 30) + (at / (double) DAY) * (1 << 20) + (isNoon ? 100 << 20 : 0);
      }
    }
    Labels labels = Labels.of("__name__", "disk_bytes", "host", host);
    return new SeriesSamples(labels, Arrays.copyOf(times, size), Arrays.copyOf(values, size));
  }

  @BeforeAll
  static void start() {
    var builder = Server.builder().http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    new ForecastService(SOURCE, _ -> Principal.anonymous(TENANT), () -> NOW).mount(builder);
    server = builder.build();
    server.start().join();
    client = WebClient.of("http://127.0.0.1:" + server.activeLocalPort()).blocking();
  }

  @AfterAll
  static void stop() {
    var _ = server.stop(); // nobody asks any more, and its end waits two seconds for that
  }

  @Test
  void jsonHoldsQuantilesMethodAccuracyAndReach() {
    String json = get("query=disk_bytes&horizon=30d");
    assertTrue(json.contains("\"unit\":\"B\""), json);
    assertTrue(json.contains("\"host\":\"db-1\""), json);
    assertTrue(json.contains("\"host\":\"db-2\""), json);
    for (String field :
        List.of(
            "\"0.025\":[",
            "\"0.1\":[",
            "\"0.5\":[",
            "\"0.9\":[",
            "\"0.975\":[",
            "\"mean\":[",
            "\"method\":\"",
            "\"mase\":",
            "\"coverage80\":",
            "\"testedSteps\":30",
            "\"asOf\":\"2026-06-15T10:30:00Z\"",
            "\"times\":[\"2026-06-15T00:00:00Z\"")) {
      assertTrue(json.contains(field), field);
    }
    assertEquals(json, get("query=disk_bytes&horizon=30d"));
  }

  @Test
  void basisMaxSeesAPeakOfMinutesInEachDay() {
    double peak = firstMedian(get("query=disk_bytes&horizon=5d&format=csv&basis=max"));
    double usual = firstMedian(get("query=disk_bytes&horizon=5d&format=csv&basis=last"));
    assertEquals(100 << 20, peak - usual, 1 << 20);
  }

  @Test
  void csvHasALineAStep() {
    String csv = get("query=disk_bytes&horizon=7d&format=csv");
    String[] lines = csv.split("\r\n", -1);
    assertEquals(1 + 2 * 7 + 1, lines.length);
    assertEquals(
        "series,time,mean,q0.025,q0.1,q0.5,q0.9,q0.975,unit,tested,method,reason", lines[0]);
    assertTrue(
        lines[1].startsWith("\"disk_bytes{host=\"\"db-1\"\"}\",2026-06-15T00:00:00Z,"), lines[1]);
  }

  @Test
  void htmlDrawsAChartAndEscapes() {
    AggregatedHttpResponse page = response("query=disk_bytes&format=html");
    assertTrue(page.headers().get("content-type", "").startsWith("text/html"));
    assertTrue(page.headers().get("content-security-policy", "").contains("default-src 'none'"));
    assertTrue(page.contentUtf8().contains("<svg "));
    assertTrue(page.contentUtf8().contains("80 % interval"));
    String young = get("query=young&format=html");
    assertFalse(young.contains("<b>"), young);
    assertTrue(young.contains("No forecast: not enough data yet"), young);
  }

  @Test
  void minutesOfHistoryAreNotEnoughAndTheAnswerSaysSo() {
    String json = get("query=young");
    assertTrue(json.contains("\"forecast\":null"), json);
    assertTrue(
        json.contains("not enough data yet: 2 minutes of history; 14 days are needed"), json);
    String csv = get("query=young&format=csv");
    assertTrue(csv.contains("14 days are needed"), csv);
  }

  @Test
  void nothingThatMatchesIsAnEmptyAnswer() {
    assertTrue(get("query=nothing").endsWith("\"series\":[]}"));
    assertTrue(get("query=nothing&format=html").contains("No series matches"));
  }

  @Test
  void tooManySeriesAreRefused() {
    ForecastRequest request = request("query=many");
    HistoryReader reader = new HistoryReader(SOURCE);
    HeadroomException e = assertThrows(HeadroomException.class, () -> reader.read(TENANT, request));
    assertTrue(String.valueOf(e.getMessage()).contains("more than 100 series"), e::getMessage);
  }

  @Test
  void historyEndsWithTheLastStepThatIsOver() {
    List<HistoryReader.Measured> measured =
        new HistoryReader(SOURCE).read(TENANT, request("query=disk_bytes"));
    assertEquals(2, measured.size());
    assertEquals(
        Instant.parse("2026-06-15T00:00:00Z").toEpochMilli(),
        measured.getFirst().series().endMillis());
    assertEquals(200, measured.get(0).series().size());
    assertEquals(60, measured.get(1).series().size());
  }

  @Test
  void weeksBeginOnMonday() {
    ForecastRequest request = request("query=disk_bytes&step=1w&horizon=4w");
    long start = new HistoryReader(SOURCE).read(TENANT, request).getFirst().series().startMillis();
    assertEquals("2025-11-24T00:00:00Z", Instant.ofEpochMilli(start).toString());
  }

  @Test
  void wrongParametersAreNamed() {
    refuses("", "query: missing");
    refuses("query=up&horizn=3d", "unknown parameter");
    refuses("query=up&step=5", "step: ");
    refuses("query=up&step=0d", "step: ");
    refuses("query=up&step=1s", "step: must be 1m to 31d");
    refuses("query=up&horizon=90d&step=1m", "horizon: must be 1 to 1000 steps");
    refuses("query=up&basis=min", "basis: expected one of max, p95, mean, last");
    refuses("query=up&format=pdf", "format: expected one of json, csv, html");
    refuses("query=up&start=tomorrowish", "start: ");
    refuses("query=up&start=now", "start: must be before end");
    refuses("query=up&upper=lots", "upper: ");
    refuses("query=up&upper=NaN", "upper: ");
    refuses("query=up&lower=5&upper=5", "lower: must be below upper");
  }

  @Test
  void unitsComeFromTheMetricsName() {
    assertEquals("B", request("query=sum(node_filesystem_size_bytes)").unit());
    assertEquals("B/s", request("query=rate(received_bytes_total[5m])").unit());
    assertEquals("%", request("query=cpu_percent").unit());
    assertEquals("", request("query=up").unit());
    assertEquals("req", request("query=up&unit=req").unit());
  }

  private static void refuses(String query, String message) {
    HeadroomException e = assertThrows(HeadroomException.class, () -> request(query));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e::getMessage);
  }

  private static ForecastRequest request(String query) {
    return ForecastRequest.of(QueryParams.fromQueryString(query), NOW);
  }

  private static double firstMedian(String csv) {
    String line = csv.split("\r\n", -1)[1];
    return Double.parseDouble(line.substring(line.indexOf("Z,") + 2).split(",", -1)[3]);
  }

  private static AggregatedHttpResponse response(String query) {
    return client.get("/headroom/v1/forecast?" + query);
  }

  private static String get(String query) {
    AggregatedHttpResponse response = response(query);
    assertEquals(200, response.status().code(), response::contentUtf8);
    return response.contentUtf8();
  }
}
