package dev.headroom.ingest.normalise;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ingest.decode.Utf8;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Which stream a record belongs to, and how many a tenant may have: past the limit new names go to
 * {@link StreamKey#OVERFLOW}. Safe for any thread.
 */
public final class StreamRouter {
  /** Streams a tenant may have. */
  public static final int MAX_STREAMS = 10_000;

  /** How often a tenant that is at its limit is looked up again, for streams that are gone. */
  private static final Duration RECOUNT = Duration.ofMinutes(1);

  private final RoutingRules rules;
  private final Function<TenantId, ? extends Collection<String>> stored;
  private final InstantSource clock;
  private final int maxStreams;
  private final Map<TenantId, Known> tenants = new ConcurrentHashMap<>();

  /** Names in use; guarded by itself. */
  private static final class Known {
    private final Set<String> names = new HashSet<>();
    private long countedAtMillis;
  }

  /**
   * @param stored names of the streams that hold records of a tenant; asked at its first record
   */
  public StreamRouter(
      Function<TenantId, ? extends Collection<String>> stored, InstantSource clock) {
    this(RoutingRules.NONE, stored, clock, MAX_STREAMS);
  }

  /**
   * @param rules of the configuration, that come before the sender's naming
   */
  public StreamRouter(
      RoutingRules rules,
      Function<TenantId, ? extends Collection<String>> stored,
      InstantSource clock) {
    this(rules, stored, clock, MAX_STREAMS);
  }

  public StreamRouter(
      Function<TenantId, ? extends Collection<String>> stored,
      InstantSource clock,
      int maxStreams) {
    this(RoutingRules.NONE, stored, clock, maxStreams);
  }

  StreamRouter(
      RoutingRules rules,
      Function<TenantId, ? extends Collection<String>> stored,
      InstantSource clock,
      int maxStreams) {
    this.rules = rules;
    this.stored = stored;
    this.clock = clock;
    this.maxStreams = maxStreams;
  }

  RoutingRules rules() {
    return rules;
  }

  /** The name as a stream may have it: trimmed, no controls, at most 256 bytes, never empty. */
  public static String name(String raw) {
    String text = raw.strip();
    if (text.isEmpty()) {
      return StreamKey.DEFAULT;
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      text = text.replaceAll("\\p{Cntrl}", "_");
    }
    if (text.length() <= StreamKey.MAX_BYTES / 3) {
      return text;
    }
    byte[] utf8 = text.getBytes(UTF_8);
    return new String(utf8, 0, Utf8.cutAt(utf8, 0, utf8.length, StreamKey.MAX_BYTES), UTF_8);
  }

  /** The stream that records of that name go to: itself, or the overflow. */
  public String admit(TenantId tenant, String name) {
    Known known = tenants.get(tenant);
    if (known == null) {
      known = tenants.computeIfAbsent(tenant, _ -> new Known());
    }
    synchronized (known) {
      if (known.names.contains(name)) {
        return name;
      }
      long now = clock.millis();
      boolean first = known.countedAtMillis == 0;
      if (first || isFull(known) && now - known.countedAtMillis >= RECOUNT.toMillis()) {
        known.names.clear();
        known.names.addAll(stored.apply(tenant));
        known.countedAtMillis = now;
      }
      if (known.names.contains(name)) {
        return name;
      }
      if (isFull(known)) {
        return StreamKey.OVERFLOW;
      }
      known.names.add(name);
      return name;
    }
  }

  private boolean isFull(Known known) {
    return known.names.size() >= maxStreams;
  }
}
