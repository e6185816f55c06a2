package dev.headroom.server.cli;

import dev.headroom.server.ConfigFile;
import dev.headroom.server.HeadroomConfig;
import dev.headroom.server.HeadroomServer;
import dev.headroom.server.HostPort;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headroom serve}. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Run a server until it is told to stop (Ctrl-C, or SIGTERM).",
    footer = {"", "Exit status: 0 after an orderly stop, 1 when the disk could not be written."})
final class ServeCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", description = "YAML configuration.")
  private @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: headroom-data).")
  private @Nullable Path data;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Where to listen for HTTP (default: 127.0.0.1:7420).")
  private @Nullable String http;

  @Option(
      names = "--syslog",
      paramLabel = "HOST:PORT",
      description = "Where to listen for syslog, or off (default: 127.0.0.1:5514).")
  private @Nullable String syslog;

  @Option(
      names = "--insecure-listen",
      description = "Listen beyond this machine without API keys and TLS.")
  private boolean insecure;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (HeadroomServer server = start(configuration())) {
      out.println("Headroom is ready: " + server.uri());
      return server.awaitStop() ? 0 : HeadroomCommand.FAILED;
    }
  }

  /**
   * Starts a server. Whenever Armeria builds one it first makes OpenSSL ready, which takes a third
   * of a second, so a process without TLS tells it not to.
   */
  static HeadroomServer start(HeadroomConfig config) {
    if (config.tls().isEmpty()) {
      System.setProperty("com.linecorp.armeria.tlsEngineType", "jdk");
    }
    return HeadroomServer.start(config);
  }

  private HeadroomConfig configuration() {
    HeadroomConfig base =
        config == null
            ? HeadroomConfig.defaults(Path.of("headroom-data"))
            : ConfigFile.read(config);
    if (data != null) {
      base = base.withData(data);
    }
    HostPort door = http == null ? base.http() : HostPort.parse(http);
    Optional<HostPort> lines = base.syslog();
    if (syslog != null) {
      lines = syslog.equals("off") ? Optional.empty() : Optional.of(HostPort.parse(syslog));
    }
    return base.withListeners(door, lines, insecure || base.insecureListen());
  }
}
