package dev.headroom.storage.model;

import java.util.Optional;

/** What a stream belongs to; an empty text means unknown. */
public record StreamAttributes(String service, String environment, String region) {
  public static final StreamAttributes NONE = new StreamAttributes("", "", "");

  /** This with the unknown parts taken from {@code other}. */
  public StreamAttributes orElse(StreamAttributes other) {
    return new StreamAttributes(
        service.isEmpty() ? other.service : service,
        environment.isEmpty() ? other.environment : environment,
        region.isEmpty() ? other.region : region);
  }

  /** The attribute of that name ({@code service}, {@code environment}, {@code region}). */
  public Optional<String> get(String name) {
    return switch (name) {
      case "service" -> Optional.of(service);
      case "environment" -> Optional.of(environment);
      case "region" -> Optional.of(region);
      default -> Optional.empty();
    };
  }
}
