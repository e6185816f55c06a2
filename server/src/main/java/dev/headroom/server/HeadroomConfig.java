package dev.headroom.server;

import dev.headroom.ingest.normalise.RoutingRules;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Everything a person may decide about a server. What can be decided from data is not here.
 *
 * @param data the data directory; made when absent
 * @param syslog where to take syslog over TCP and UDP; empty for not at all
 * @param syslogZone zone of syslog times that name none
 * @param tls certificate chain and private key, both PEM
 * @param authentication whether every request needs an API key
 * @param insecureListen whether to listen beyond loopback without keys and TLS
 * @param hostMetrics whether to sample this host's own CPU, memory and disks
 * @param routes which records go to other streams than their senders name
 * @param resources YAML file of capacity resources
 * @param prices YAML price book
 * @param minFreeBytes read-only below this much free space on the data directory's disk; 0 is a
 *     twentieth of the disk, at most 1 GiB
 * @param stayUpOnWriteFailure read-only instead of exiting when the disk refuses an fsync
 */
public record HeadroomConfig(
    Path data,
    HostPort http,
    Optional<HostPort> syslog,
    ZoneId syslogZone,
    Optional<Tls> tls,
    boolean authentication,
    boolean insecureListen,
    boolean hostMetrics,
    RetentionPolicy retention,
    RoutingRules routes,
    Optional<Path> resources,
    Optional<Path> prices,
    long minFreeBytes,
    boolean stayUpOnWriteFailure) {
  /** A certificate chain and its private key, both PEM files. */
  public record Tls(Path certificate, Path key) {}

  public static final HostPort DEFAULT_HTTP = new HostPort("127.0.0.1", 7420);
  public static final HostPort DEFAULT_SYSLOG = new HostPort("127.0.0.1", 5514);

  /** A share of the disk. */
  public static final long DEFAULT_MIN_FREE_BYTES = 0;

  public static HeadroomConfig defaults(Path data) {
    return new HeadroomConfig(
        data,
        DEFAULT_HTTP,
        Optional.of(DEFAULT_SYSLOG),
        ZoneOffset.UTC,
        Optional.empty(),
        false,
        false,
        true,
        RetentionPolicy.DEFAULT,
        RoutingRules.NONE,
        Optional.empty(),
        Optional.empty(),
        DEFAULT_MIN_FREE_BYTES,
        false);
  }

  /**
   * Refuses to be open to the network by accident.
   *
   * @throws HeadroomException INVALID, saying what to do
   */
  void checkListeners() {
    if (insecureListen) {
      return;
    }
    if (!http.isLoopback() && (!authentication || tls.isEmpty())) {
      throw HeadroomException.invalid(
          "refusing to listen on "
              + http
              + " without API keys and TLS: set authentication.enabled"
              + " and tls.certificate/tls.key in the configuration, listen on 127.0.0.1, or pass"
              + " --insecure-listen if something else protects this port");
    }
    if (syslog.isPresent() && !syslog.get().isLoopback()) {
      throw HeadroomException.invalid(
          "refusing to listen for syslog on "
              + syslog.get()
              + ": the protocol carries no"
              + " credentials; listen on 127.0.0.1 behind a local relay, or pass --insecure-listen"
              + " if the network is trusted");
    }
  }

  public HeadroomConfig withData(Path value) {
    return new HeadroomConfig(
        value,
        http,
        syslog,
        syslogZone,
        tls,
        authentication,
        insecureListen,
        hostMetrics,
        retention,
        routes,
        resources,
        prices,
        minFreeBytes,
        stayUpOnWriteFailure);
  }

  public HeadroomConfig withListeners(
      HostPort newHttp, Optional<HostPort> newSyslog, boolean insecure) {
    return new HeadroomConfig(
        data,
        newHttp,
        newSyslog,
        syslogZone,
        tls,
        authentication,
        insecure,
        hostMetrics,
        retention,
        routes,
        resources,
        prices,
        minFreeBytes,
        stayUpOnWriteFailure);
  }

  public HeadroomConfig withRetention(Duration age) {
    return new HeadroomConfig(
        data,
        http,
        syslog,
        syslogZone,
        tls,
        authentication,
        insecureListen,
        hostMetrics,
        new RetentionPolicy(
            age, retention.streamAges(), retention.metricAge(), retention.maxBytes()),
        routes,
        resources,
        prices,
        minFreeBytes,
        stayUpOnWriteFailure);
  }

  public HeadroomConfig withPrices(Path book) {
    return new HeadroomConfig(
        data,
        http,
        syslog,
        syslogZone,
        tls,
        authentication,
        insecureListen,
        hostMetrics,
        retention,
        routes,
        resources,
        Optional.of(book),
        minFreeBytes,
        stayUpOnWriteFailure);
  }

  public HeadroomConfig withoutHostMetrics() {
    return new HeadroomConfig(
        data,
        http,
        syslog,
        syslogZone,
        tls,
        authentication,
        insecureListen,
        false,
        retention,
        routes,
        resources,
        prices,
        minFreeBytes,
        stayUpOnWriteFailure);
  }
}
