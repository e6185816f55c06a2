package dev.headroom.server;

import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.storage.file.DataDirectory;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.tenant.ApiKeys;
import dev.headroom.storage.tenant.TenantRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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

  private final HeadroomConfig config;

  /** What keeps data; closed when no door can bring in any more. */
  private final Closing stores = new Closing();

  private final Closing doors = new Closing();
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final HealthService health = new HealthService();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpDoor door;
  private volatile boolean failed;

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
      health.set(new HealthService.State(false, "recovering", "opening the stores"));
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
    EmbeddedLogStore logs =
        stores.add(
            EmbeddedLogStore.open(
                LogStoreConfig.of(layout.logs(), layout.logWal()), config.retention()));
    LOG.info(
        "stores open data={} last_stop={} replayed_records={}",
        config.data(),
        lastStopWasClean ? "clean" : "unclean",
        logs.replayedRecords());
    var admission = new QueryAdmission(QueryLimits.DEFAULT, meters);
    var engine = new LogEngine(logs, admission);
    door.mount(
        builder -> {
          new MetricsService(meters).mount(builder);
        });
    Schedule schedule = stores.add(new Schedule());
    schedule.every(Duration.ofSeconds(1), "failure watch", () -> watch(logs));
    health.set(new HealthService.State(true, "ready", ""));
    LOG.info("ready uri={} engine={}", uri(), engine.getClass().getSimpleName());
  }

  private void watch(EmbeddedLogStore logs) {
    logs.failure().ifPresent(this::failed);
  }

  /** A disk that refuses a write is no place to go on writing: say so, and let others decide. */
  private void failed(String reason) {
    health.set(new HealthService.State(false, "failed", reason));
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

  /** Where syslog lines are taken; empty when they are not. */
  public Optional<InetSocketAddress> syslogAddress() {
    return Optional.empty();
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
    health.set(new HealthService.State(false, "stopping", ""));
    try (stores) {
      doors.close();
    }
    stopAsked.countDown();
    LOG.info("stopped");
  }
}
