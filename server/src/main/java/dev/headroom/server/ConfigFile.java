package dev.headroom.server;

import dev.headroom.ingest.normalise.RoutingRules;
import dev.headroom.storage.config.Units;
import dev.headroom.storage.config.YamlSection;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the YAML configuration. Relative paths are relative to the file's folder.
 *
 * <pre>
 * data: /var/lib/headroom
 * listen: {http: 127.0.0.1:7420, syslog: 127.0.0.1:5514, syslog-zone: UTC}
 * tls: {certificate: cert.pem, key: key.pem}
 * authentication: {enabled: true}
 * retention: {default: 30d, metrics: 400d, max-bytes: 500GB, streams: {audit: 400d}}
 * routes: [{to: payments, index: "pay-*"}]
 * capacity: {resources: resources.yaml}
 * cost: {prices: prices.yaml}
 * host-metrics: true
 * disk: {min-free: 256MiB, stay-up-on-write-failure: false}
 * </pre>
 */
public final class ConfigFile {
  public static HeadroomConfig read(Path file) {
    try {
      return parse(file, Files.readString(file));
    } catch (NoSuchFileException _) {
      throw HeadroomException.invalid("no configuration file " + file);
    } catch (IOException e) {
      throw HeadroomException.invalid("cannot read " + file + ": " + e.getMessage());
    }
  }

  static HeadroomConfig parse(Path file, String text) {
    YamlSection yaml = YamlSection.parse(String.valueOf(file.getFileName()), text);
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
    YamlSection listen = yaml.section("listen");
    YamlSection disk = yaml.section("disk");
    var config =
        new HeadroomConfig(
            yaml.text("data").map(folder::resolve).orElse(Path.of("headroom-data")),
            listen.value("http", HostPort::parse).orElse(HeadroomConfig.DEFAULT_HTTP),
            syslog(listen),
            listen.value("syslog-zone", ZoneId::of).orElse(ZoneOffset.UTC),
            tls(yaml, folder),
            yaml.section("authentication").bool("enabled").orElse(false),
            listen.bool("insecure").orElse(false),
            yaml.bool("host-metrics").orElse(true),
            retention(yaml.section("retention")),
            RoutingRules.read(yaml),
            yaml.section("capacity").text("resources").map(folder::resolve),
            yaml.section("cost").text("prices").map(folder::resolve),
            disk.bytes("min-free").orElse(HeadroomConfig.DEFAULT_MIN_FREE_BYTES),
            disk.bool("stay-up-on-write-failure").orElse(false));
    yaml.finish();
    return config;
  }

  private static Optional<HostPort> syslog(YamlSection listen) {
    Optional<String> text = listen.text("syslog");
    if (text.isPresent() && text.get().equals("off")) {
      return Optional.empty();
    }
    return Optional.of(
        listen.value("syslog", HostPort::parse).orElse(HeadroomConfig.DEFAULT_SYSLOG));
  }

  private static Optional<HeadroomConfig.Tls> tls(YamlSection yaml, Path folder) {
    YamlSection tls = yaml.section("tls");
    if (!tls.has("certificate") && !tls.has("key")) {
      return Optional.empty();
    }
    return Optional.of(
        new HeadroomConfig.Tls(
            folder.resolve(tls.requireText("certificate")),
            folder.resolve(tls.requireText("key"))));
  }

  private static RetentionPolicy retention(YamlSection section) {
    YamlSection streams = section.section("streams");
    Map<String, Duration> ages = new HashMap<>();
    for (String stream : streams.keys()) {
      streams.value(stream, Units::duration).ifPresent(age -> ages.put(stream, age));
    }
    return new RetentionPolicy(
        section.duration("default").orElse(RetentionPolicy.DEFAULT.defaultAge()),
        ages,
        section.duration("metrics").orElse(RetentionPolicy.DEFAULT.metricAge()),
        section.bytes("max-bytes").orElse(0L));
  }

  private ConfigFile() {}
}
