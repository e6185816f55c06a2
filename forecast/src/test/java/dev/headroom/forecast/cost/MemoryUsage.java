package dev.headroom.forecast.cost;

import dev.headroom.storage.ledger.UsageHistory;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A ledger in memory. */
public final class MemoryUsage implements UsageHistory {
  private final Map<StreamKey, NavigableMap<LocalDate, Long>> stored = new java.util.HashMap<>();
  private final Map<StreamKey, NavigableMap<LocalDate, FlowTotals>> flows =
      new java.util.HashMap<>();
  private final Map<StreamKey, StreamAttributes> attributes = new java.util.HashMap<>();

  private final java.util.Set<StreamKey> samples = new java.util.HashSet<>();

  public MemoryUsage store(StreamKey stream, LocalDate day, long bytes) {
    stored.computeIfAbsent(stream, _ -> new TreeMap<>()).merge(day, bytes, Long::sum);
    return this;
  }

  public MemoryUsage receive(StreamKey stream, LocalDate day, FlowTotals flow) {
    flows.computeIfAbsent(stream, _ -> new TreeMap<>()).put(day, flow);
    return this;
  }

  public MemoryUsage describe(StreamKey stream, StreamAttributes is) {
    attributes.put(stream, is);
    return this;
  }

  /** From now on its bytes are samples. */
  public MemoryUsage samples(StreamKey stream) {
    samples.add(stream);
    return this;
  }

  @Override
  public boolean isOfSamples(TenantId tenant, String stream) {
    return samples.contains(new StreamKey(tenant, stream));
  }

  @Override
  public List<TenantId> tenants() {
    var tenants = new TreeSet<TenantId>();
    stored.keySet().forEach(key -> tenants.add(key.tenant()));
    flows.keySet().forEach(key -> tenants.add(key.tenant()));
    return List.copyOf(tenants);
  }

  @Override
  public List<String> streams(TenantId tenant) {
    var names = new TreeSet<String>();
    for (var keys : List.of(stored.keySet(), flows.keySet())) {
      keys.stream()
          .filter(key -> key.tenant().equals(tenant))
          .forEach(key -> names.add(key.name()));
    }
    return List.copyOf(names);
  }

  @Override
  public StreamAttributes attributes(TenantId tenant, String stream) {
    return attributes.getOrDefault(new StreamKey(tenant, stream), StreamAttributes.NONE);
  }

  @Override
  public NavigableMap<LocalDate, Long> storedByEventDay(TenantId tenant, String stream) {
    return Collections.unmodifiableNavigableMap(
        stored.getOrDefault(new StreamKey(tenant, stream), new TreeMap<>()));
  }

  @Override
  public NavigableMap<LocalDate, FlowTotals> receivedByEventDay(TenantId tenant, String stream) {
    return Collections.unmodifiableNavigableMap(
        flows.getOrDefault(new StreamKey(tenant, stream), new TreeMap<>()));
  }
}
