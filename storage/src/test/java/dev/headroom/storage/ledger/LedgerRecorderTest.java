package dev.headroom.storage.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.DataDirectory;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.metrics.EmbeddedMetricStore;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.MetricStoreConfig;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerRecorderTest {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final TenantId TENANT = new TenantId("acme");
  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1 << 28, 1 << 26);

  @TempDir Path root;

  @Test
  void theLedgerIsReadBackAsSeriesAndCountsThem() throws Exception {
    try (DataDirectory data = DataDirectory.open(root);
        FlowLedger flows = FlowLedger.open(data.layout().ledger())) {
      StoreLayout layout = data.layout();
      try (EmbeddedLogStore logs =
              EmbeddedLogStore.open(
                  LogStoreConfig.of(layout.logs(), layout.logWal()),
                  RetentionPolicy.DEFAULT,
                  flows.logs());
          EmbeddedMetricStore metrics =
              EmbeddedMetricStore.open(
                  MetricStoreConfig.of(layout.metrics(), layout.metricWal()),
                  RetentionPolicy.DEFAULT,
                  InstantSource.fixed(NOW),
                  flows.samples())) {
        var ledger =
            new Ledger(
                layout,
                List.of(
                    new StockOwner("logs", logs, List.of(layout.logs(), layout.logWal())),
                    new StockOwner(
                        "metrics", metrics, List.of(layout.metrics(), layout.metricWal()))),
                flows);
        logs.append(batch());
        logs.checkpoint();
        new LedgerRecorder(ledger, flows, metrics).record(NOW);
        checkSeries(metrics, ledger);
        checkHistory(ledger);
        metrics.flushNow();
        Reconciliation reconciliation = ledger.reconcile();
        assertTrue(reconciliation.agrees(), reconciliation.toString());
        Map<LocalDate, Long> own = ledger.storedByEventDay(TENANT, "headroom");
        assertTrue(own.getOrDefault(LocalDate.ofInstant(NOW, ZoneOffset.UTC), 0L) > 0);
      }
    }
  }

  private static LogBatch batch() {
    long time = TimeRange.nanos(NOW);
    var batch = new LogBatch.Builder(TENANT, "test", time);
    for (int i = 0; i < 10; i++) {
      byte[] source = ("{\"message\":\"line " + i + "\"}").getBytes(UTF_8);
      batch.startRecord(time, "checkout", "checkout", source, 0, source.length);
      batch.addText("message", "line " + i).endRecord();
    }
    batch.streamAttributes("checkout", new StreamAttributes("shop", "prod", "eu"));
    return batch.reject("too_old", 20).build(100);
  }

  private static void checkSeries(EmbeddedMetricStore metrics, Ledger ledger) {
    Map<String, Double> values = new TreeMap<>();
    try (MemoryPermit permit = MEMORY.open()) {
      for (SeriesSamples series :
          metrics.select(
              TENANT,
              List.of(LabelMatcher.equal("job", "headroom")),
              0,
              Long.MAX_VALUE,
              Deadline.after(Duration.ofSeconds(10)),
              permit)) {
        values.put(series.labels().toString(), series.values()[0]);
      }
    }
    String labels =
        ", environment=\"prod\", job=\"headroom\", KIND region=\"eu\", service=\"shop\","
            + " stream=\"checkout\"}";
    String plain = labels.replace("KIND ", "");
    assertEquals(
        100.0,
        values.get(
            "{__name__=\"headroom_received_bytes_total\""
                + labels.replace("KIND", "kind=\"wire\",")));
    assertEquals(
        220.0,
        values.get(
            "{__name__=\"headroom_received_bytes_total\""
                + labels.replace("KIND", "kind=\"raw\",")));
    assertEquals(10.0, values.get("{__name__=\"headroom_received_records_total\"" + plain));
    assertEquals(1.0, values.get("{__name__=\"headroom_rejected_records_total\"" + plain));
    double stored = 0;
    for (Map.Entry<String, Double> value : values.entrySet()) {
      stored += value.getKey().contains("headroom_stored_bytes") ? value.getValue() : 0;
    }
    LedgerQuery logs =
        new LedgerQuery(
            TENANT,
            java.util.Set.of(),
            StockEntry.NO_HOUR,
            Long.MAX_VALUE,
            java.util.Optional.of("checkout"),
            10);
    assertEquals(ledger.stock(logs).totalBytes(), (long) stored);
  }

  private static void checkHistory(Ledger ledger) {
    assertEquals(List.of(TENANT), ledger.tenants());
    assertEquals(List.of("checkout", "headroom"), ledger.streams(TENANT));
    assertEquals(new StreamAttributes("shop", "prod", "eu"), ledger.attributes(TENANT, "checkout"));
    LocalDate day = LocalDate.ofInstant(NOW, ZoneOffset.UTC);
    Map<LocalDate, UsageHistory.FlowTotals> received =
        ledger.receivedByEventDay(TENANT, "checkout");
    assertEquals(new UsageHistory.FlowTotals(100, 220, 10, 1), received.get(day));
    FlowAnswer own = ledger.flows(LedgerQuery.of(TENANT, Dimension.STREAM));
    assertEquals(
        List.of("checkout", "headroom"), own.rows().stream().map(FlowAnswer.Row::stream).toList());
  }
}
