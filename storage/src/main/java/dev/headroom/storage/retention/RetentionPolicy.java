package dev.headroom.storage.retention;

import dev.headroom.storage.model.StreamKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long each stream is kept, from event time.
 *
 * @param defaultAge of streams not named
 * @param streamAges by stream name, for every tenant
 * @param metricAge of samples, whatever their stream
 * @param maxBytes oldest pieces go first when a tenant's stored bytes pass this; 0 is no limit
 */
public record RetentionPolicy(
    Duration defaultAge, Map<String, Duration> streamAges, Duration metricAge, long maxBytes) {
  /** Samples are small, and a forecast over a yearly season wants more than a year of them. */
  public static final RetentionPolicy DEFAULT =
      new RetentionPolicy(Duration.ofDays(30), Map.of(), Duration.ofDays(400), 0);

  public RetentionPolicy {
    streamAges = Map.copyOf(streamAges);
  }

  public Duration ageOf(StreamKey stream) {
    return streamAges.getOrDefault(stream.name(), defaultAge);
  }

  /**
   * The retention class of a stream, part of a partition's name: {@code d30}, or {@code h12} for
   * ages that are no whole days.
   */
  public String classOf(StreamKey stream) {
    return classOfAge(ageOf(stream));
  }

  /** The class of every metric block. */
  public String metricClass() {
    return classOfAge(metricAge);
  }

  /** The class of streams that are not named. */
  public String defaultClass() {
    return classOfAge(defaultAge);
  }

  /** The classes of the streams that are named. */
  public Map<String, String> streamClasses() {
    Map<String, String> classes = new HashMap<>();
    streamAges.forEach((stream, age) -> classes.put(stream, classOfAge(age)));
    return classes;
  }

  /** How long a class is kept; empty for a name that no age gives. */
  public static Optional<Duration> ageOfClass(String name) {
    if (!name.matches("[dh][1-9][0-9]{0,8}")) {
      return Optional.empty();
    }
    long number = Long.parseLong(name.substring(1));
    return Optional.of(name.charAt(0) == 'd' ? Duration.ofDays(number) : Duration.ofHours(number));
  }

  private static String classOfAge(Duration age) {
    long hours = Math.max(1, age.toHours());
    return hours % 24 == 0 ? "d" + hours / 24 : "h" + hours;
  }
}
