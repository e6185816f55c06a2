package dev.headroom.server;

import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.forecast.backtest.ForecastEngine;
import dev.headroom.forecast.capacity.CapacityPlanner;
import dev.headroom.forecast.cost.CostPlanner;
import dev.headroom.forecast.cost.RetentionForecaster;
import dev.headroom.forecast.report.ForecastService;
import dev.headroom.forecast.report.ReportService;
import dev.headroom.ingest.admission.AdmissionControl;
import dev.headroom.ingest.admission.DecodeSlots;
import dev.headroom.ingest.admission.IngestMeters;
import dev.headroom.ingest.http.BodyLimits;
import dev.headroom.ingest.http.BodyReader;
import dev.headroom.ingest.http.BulkService;
import dev.headroom.ingest.http.DocumentService;
import dev.headroom.ingest.http.ElasticIndexService;
import dev.headroom.ingest.http.ElasticStartupService;
import dev.headroom.ingest.http.NdjsonService;
import dev.headroom.ingest.http.RemoteWriteService;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.ingest.normalise.StreamRouter;
import dev.headroom.ingest.receiver.ReceiverGroup;
import dev.headroom.ingest.receiver.SyslogReceiver;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.http.ChangeService;
import dev.headroom.query.http.ContextService;
import dev.headroom.query.http.FieldService;
import dev.headroom.query.http.LedgerService;
import dev.headroom.query.http.LogService;
import dev.headroom.query.http.LokiService;
import dev.headroom.query.http.PromService;
import dev.headroom.query.http.RetentionService;
import dev.headroom.query.http.SearchService;
import dev.headroom.query.http.TailService;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.storage.file.DataDirectory;
import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.DiskLimits;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.Dimension;
import dev.headroom.storage.ledger.FlowLedger;
import dev.headroom.storage.ledger.Ledger;
import dev.headroom.storage.ledger.LedgerQuery;
import dev.headroom.storage.ledger.LedgerRecorder;
import dev.headroom.storage.ledger.StockAnswer;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockOwner;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.logs.StreamInfo;
import dev.headroom.storage.metrics.EmbeddedMetricStore;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.metrics.MetricStoreConfig;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionSweep;
import dev.headroom.storage.retention.TrustedClock;
import dev.headroom.storage.tenant.ApiKeys;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.TenantRegistry;
import dev.headroom.storage.wal.ReplayProgress;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Headroom process: everything is made here, in the order data flows, and closed backwards.
 *
 * <p>Start and stop happen on the caller's thread; the other methods may be called from any.
 */
public final class HeadroomServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeadroomServer.class);

  /** An orchestrator kills after 30 s or more; what is not closed by then is replayed. */
  private static final Duration MAX_STOP = Duration.ofSeconds(25);

  private static final Duration RETENTION_PERIOD = Duration.ofMinutes(10);
  private static final Duration SCRUB_PERIOD = Duration.ofDays(1);
  private static final Duration LEDGER_PERIOD = Duration.ofMinutes(1);
  private static final Duration HOST_METRICS_PERIOD = Duration.ofSeconds(15);

  /** Requests in flight may hold an eighth of the heap. */
  private static final int ADMITTED_SHARE = 8;

  private static final Function<ServiceRequestContext, Principal> CALLERS =
      Authentication::principal;

  private final InstantSource clock = InstantSource.system();
  private final HeadroomConfig config;
  private final ReportSettings settings;

  /** What keeps data; closed when no door can bring in any more. */
  private final Closing stores = new Closing();

  private final Closing doors = new Closing();
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final HealthService health = new HealthService();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpDoor door;
  private final ReplayProgress replay = new ReplayProgress();
  private volatile HealthService.State phase = new HealthService.State(false, "starting", "");
  private volatile boolean failed;
  private volatile boolean isStopping;
  private volatile Optional<SyslogReceiver> syslog = Optional.empty();

  // Guarded by this.
  private boolean closed;

  /**
   * Opens the data directory, replays what was not yet stored, and opens the doors.
   *
   * @throws HeadroomException when it cannot: what is wrong and what to do
   */
  public static HeadroomServer start(HeadroomConfig config) {
    config.checkListeners();
    return new HeadroomServer(config);
  }

  private HeadroomServer(HeadroomConfig config) {
    this.config = config;
    this.settings = ReportSettings.read(config);
    try {
      DataDirectory data = stores.add(openData());
      StoreLayout layout = data.layout();
      var keys = new ApiKeys(layout.keys());
      var tenants = new TenantRegistry(List.of());
      this.door =
          doors.add(
              new HttpDoor(
                  config,
                  new Authentication(config.authentication(), keys::principal, tenants::admit),
                  health));
      door.start();
      enter(new HealthService.State(false, "recovering", "opening the stores"));
      health.follow(this::recovering);
      wire(layout, data.lastStopWasClean());
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private DataDirectory openData() {
    try {
      return DataDirectory.open(config.data());
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE,
          "cannot use the data directory " + config.data() + ": " + e.getMessage(),
          e);
    }
  }

  private void wire(StoreLayout layout, boolean lastStopWasClean) {
    DiskGuard guard = guard(layout);
    FlowLedger flows = stores.add(FlowLedger.open(layout.ledger()));
    EmbeddedLogStore logs =
        stores.add(
            EmbeddedLogStore.open(
                LogStoreConfig.of(layout.logs(), layout.logWal()),
                config.retention(),
                flows.logs(),
                guard,
                clock,
                replay));
    EmbeddedMetricStore metrics =
        stores.add(
            EmbeddedMetricStore.open(
                MetricStoreConfig.of(layout.metrics(), layout.metricWal()),
                config.retention(),
                clock,
                flows.samples(),
                guard,
                replay));
    var ledger =
        new Ledger(
            layout,
            List.of(
                new StockOwner("logs", logs, List.of(layout.logs(), layout.logWal())),
                new StockOwner("metrics", metrics, List.of(layout.metrics(), layout.metricWal()))),
            flows);
    LOG.info(
        "stores open data={} last_stop={} replayed_records={}",
        config.data(),
        lastStopWasClean ? "clean" : "unclean",
        logs.replayedRecords());
    TrustedClock retentionClock = retentionClock(layout);
    var sweep = new RetentionSweep(List.of(logs, metrics), config.retention(), retentionClock);
    new StoreMeters(meters).follow(logs, metrics);
    var ingested = new IngestMeters(meters);
    var admitted = new AdmissionControl(Runtime.getRuntime().maxMemory() / ADMITTED_SHARE);
    var normaliser = new Normaliser(config.retention(), router(logs), clock);
    openSyslog(logs, normaliser, ingested, admitted);
    door.mount(
        builder -> {
          new MetricsService(meters).mount(builder);
          new FlushService(() -> flush(logs, metrics)).mount(builder);
          mountIngest(builder, logs, metrics, normaliser, ingested, admitted);
          mountQueries(builder, logs, metrics, ledger);
          new RetentionService(sweep, CALLERS).mount(builder);
        });
    Schedule schedule = doors.add(new Schedule());
    schedule.every(
        Duration.ofSeconds(1),
        "failure watch",
        () -> logs.failure().or(metrics::failure).ifPresent(this::failed));
    if (config.hostMetrics()) {
      var host = new HostMetrics(metrics, hostName());
      schedule.every(
          Duration.ofSeconds(1),
          HOST_METRICS_PERIOD,
          "host metrics",
          () -> host.sample(clock.instant()));
    }
    var recorder = new LedgerRecorder(ledger, flows, metrics);
    schedule.every(RETENTION_PERIOD, "retention", sweep::run);
    schedule.every(RETENTION_PERIOD, "retention clock", retentionClock::save);
    schedule.every(SCRUB_PERIOD, "scrub of metric blocks", metrics::scrub);
    schedule.every(SCRUB_PERIOD, "scrub of log partitions", () -> logs.scrub(() -> !isStopping));
    schedule.every(LEDGER_PERIOD, "ledger series", () -> recorder.record(clock.instant()));
    health.follow(() -> state(logs, guard));
    enter(new HealthService.State(true, "ready", ""));
    LOG.info("ready uri={}", uri());
  }

  private static void flush(EmbeddedLogStore logs, EmbeddedMetricStore metrics) {
    logs.checkpoint();
    metrics.flushNow();
  }

  private void enter(HealthService.State next) {
    phase = next;
    health.set(next);
  }

  private DiskGuard guard(StoreLayout layout) {
    return config.minFreeBytes() == 0
        ? DiskGuard.of(layout.root())
        : DiskGuard.of(layout.root(), DiskLimits.minFree(config.minFreeBytes()));
  }

  private TrustedClock retentionClock(StoreLayout layout) {
    try {
      return TrustedClock.open(layout.retentionClock(), clock, System::nanoTime);
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot read the retention clock: " + e.getMessage(), e);
    }
  }

  private HealthService.State recovering() {
    HealthService.State now = phase;
    return now.phase().equals("recovering") ? now.during(replay.now()) : now;
  }

  /** Reads go on while nothing can be written, so a full disk is told apart from a failure. */
  private HealthService.State state(EmbeddedLogStore logs, DiskGuard guard) {
    if (!phase.ready()) {
      return phase;
    }
    if (guard.isFull()) {
      return new HealthService.State(
          false, "read_only", "the disk has " + guard.freeBytes() + " bytes free");
    }
    return logs.stalled()
        .map(reason -> new HealthService.State(false, "read_only", reason))
        .orElseGet(() -> ready(logs.recordsBehind()));
  }

  private HealthService.State ready(long recordsBehind) {
    return recordsBehind == 0
        ? phase
        : new HealthService.State(
            true,
            "ready",
            "searches wait until the " + recordsBehind + " newest records are indexed");
  }

  /** A sender does not wait for the index: a stream that is only in the WAL counts when it is. */
  private StreamRouter router(EmbeddedLogStore logs) {
    return new StreamRouter(
        config.routes(),
        tenant -> logs.indexedStreams(tenant).stream().map(StreamInfo::name).toList(),
        clock);
  }

  private void openSyslog(
      LogStore logs, Normaliser normaliser, IngestMeters ingested, AdmissionControl admitted) {
    if (config.syslog().isEmpty()) {
      return;
    }
    var receiver =
        new SyslogReceiver(
            config.syslog().get().toSocketAddress(),
            config.syslogZone(),
            TenantId.DEFAULT,
            logs,
            normaliser,
            ingested,
            admitted);
    doors.add(new ReceiverGroup()).open(receiver);
    syslog = Optional.of(receiver);
  }

  private void mountIngest(
      ServerBuilder builder,
      LogStore logs,
      MetricStore metrics,
      Normaliser normaliser,
      IngestMeters ingested,
      AdmissionControl admitted) {
    var bodies = new BodyReader(admitted, DecodeSlots.forThisMachine(), BodyLimits.DEFAULT);
    new BulkService(logs, normaliser, ingested, bodies, CALLERS).mount(builder);
    new DocumentService(logs, normaliser, ingested, bodies, CALLERS).mount(builder);
    new ElasticStartupService(ElasticStartupService.DEFAULT_VERSION).mount(builder);
    new ElasticIndexService(logs, () -> health.state().ready(), clock, CALLERS).mount(builder);
    new NdjsonService(logs, normaliser, ingested, bodies, CALLERS).mount(builder);
    new RemoteWriteService(metrics, ingested, clock, bodies, CALLERS).mount(builder);
  }

  private void mountQueries(
      ServerBuilder builder, EmbeddedLogStore logs, MetricStore metrics, Ledger ledger) {
    var admission = new QueryAdmission(QueryLimits.DEFAULT, meters);
    var logEngine = new LogEngine(logs, admission);
    new LogService(logEngine, CALLERS, clock).mount(builder);
    new ContextService(logEngine, CALLERS).mount(builder);
    new ChangeService(logEngine, CALLERS, clock).mount(builder);
    new FieldService(logEngine, ledger, CALLERS, clock).mount(builder);
    doors.add(new TailService(logEngine, logs, CALLERS, clock)).mount(builder);
    new SearchService(logEngine, CALLERS, clock).mount(builder);
    doors.add(new LokiService(logs, admission, CALLERS, clock)).mount(builder);
    var metricEngine = new MetricEngine(metrics, admission);
    new PromService(metricEngine, metrics, CALLERS, clock).mount(builder);
    new LedgerService(ledger, CALLERS, clock).mount(builder);
    mountReports(builder, new MetricSeries(metricEngine), ledger);
  }

  private void mountReports(ServerBuilder builder, MetricSeries series, Ledger ledger) {
    new ForecastService(series, CALLERS, clock).mount(builder);
    var retention = new RetentionForecaster(ledger, config.retention(), ForecastEngine::forecast);
    var capacity =
        new CapacityPlanner(
            series,
            ForecastEngine::forecast,
            retention,
            settings.resources(),
            DataMount.of(config.data()));
    var cost =
        new CostPlanner(
            retention, series, settings.prices(), tenant -> unallocated(ledger, tenant));
    new ReportService(capacity, cost, CALLERS, clock).mount(builder);
  }

  /** What lies on the disk for a tenant and belongs to none of its streams' days. */
  private static long unallocated(Ledger ledger, TenantId tenant) {
    StockAnswer stock = ledger.stock(LedgerQuery.of(tenant, Dimension.DAY));
    long overhead = stock.overhead().stream().mapToLong(StockAnswer.Overhead::bytes).sum();
    long dayless =
        stock.rows().stream()
            .filter(row -> row.eventHour() == StockEntry.NO_HOUR)
            .mapToLong(StockAnswer.Row::bytes)
            .sum();
    return overhead + dayless;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  /** A disk that refuses a write is no place to go on writing: say so, and let others decide. */
  private void failed(String reason) {
    enter(new HealthService.State(false, "failed", reason));
    if (!failed) {
      failed = true;
      LOG.error("cannot write any more reason={}", reason);
    }
    if (!config.stayUpOnWriteFailure()) {
      stopAsked.countDown();
    }
  }

  /** Where the HTTP door is. */
  public URI uri() {
    String scheme = config.tls().isPresent() ? "https" : "http";
    return URI.create(scheme + "://" + config.http().withPort(door.port()));
  }

  /** What is mounted on the HTTP door; a table of who may use each is tested against it. */
  Set<String> routes() {
    return door.routes();
  }

  /** Where syslog lines are taken; empty when they are not. */
  public Optional<InetSocketAddress> syslogAddress() {
    return syslog.map(SyslogReceiver::address);
  }

  /**
   * Waits until {@link #stop} is called or the process is told to end; then the caller closes. A
   * process that is told to end waits for the calling thread, so what follows is still done.
   *
   * @return false when it stops because it can no longer write
   */
  public boolean awaitStop() {
    Thread caller = Thread.currentThread();
    var hook = Thread.ofPlatform().name("stop").unstarted(() -> stopAndJoin(caller));
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      stopAsked.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return !failed;
  }

  private void stopAndJoin(Thread caller) {
    stop();
    try {
      caller.join(MAX_STOP.toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets {@link #awaitStop} return. */
  public void stop() {
    stopAsked.countDown();
  }

  private void closeAfter(RuntimeException e) {
    try (stores) {
      doors.close();
    } catch (RuntimeException suppressed) {
      e.addSuppressed(suppressed);
    }
  }

  /** Stops receiving, stores what was acknowledged, closes. Later calls wait for the first. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    isStopping = true;
    enter(new HealthService.State(false, "stopping", ""));
    try (stores) {
      doors.close();
    }
    stopAsked.countDown();
    LOG.info("stopped");
  }
}
