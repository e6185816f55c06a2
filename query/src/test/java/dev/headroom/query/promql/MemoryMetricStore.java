package dev.headroom.query.promql;

import com.google.re2j.Pattern;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.MetricAppendResult;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A metric store on the heap that keeps everything; the plainest code that holds the contract. */
public final class MemoryMetricStore implements MetricStore {
  private final NavigableMap<TenantId, NavigableMap<Labels, NavigableMap<Long, Double>>> tenants =
      new TreeMap<>();

  @Override
  public synchronized MetricAppendResult append(SampleBatch batch) {
    var series = tenants.computeIfAbsent(batch.tenant(), _ -> new TreeMap<>());
    for (int i = 0; i < batch.size(); i++) {
      Labels labels = batch.series(batch.seriesOrdinal(i));
      series.computeIfAbsent(labels, _ -> new TreeMap<>()).put(batch.timeMillis(i), batch.value(i));
    }
    return new MetricAppendResult(batch.size(), 0, List.of());
  }

  @Override
  public synchronized List<SeriesSamples> select(
      TenantId tenant,
      List<LabelMatcher> matchers,
      long fromMillis,
      long toMillis,
      Deadline deadline,
      MemoryPermit permit) {
    if (matchers.isEmpty()) {
      throw HeadroomException.invalid("no matchers");
    }
    deadline.check();
    var found = new ArrayList<SeriesSamples>();
    matching(tenant, matchers, fromMillis, toMillis)
        .forEach(
            entry -> {
              var samples = entry.getValue().subMap(fromMillis, true, toMillis, true);
              permit.reserve(16L * samples.size());
              found.add(
                  new SeriesSamples(
                      entry.getKey(),
                      samples.keySet().stream().mapToLong(Long::longValue).toArray(),
                      samples.values().stream().mapToDouble(Double::doubleValue).toArray()));
            });
    return found;
  }

  private Stream<Map.Entry<Labels, NavigableMap<Long, Double>>> matching(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    return tenants.getOrDefault(tenant, new TreeMap<>()).entrySet().stream()
        .filter(entry -> matchers.stream().allMatch(m -> matches(m, entry.getKey())))
        .filter(entry -> fromMillis <= toMillis)
        .filter(entry -> !entry.getValue().subMap(fromMillis, true, toMillis, true).isEmpty());
  }

  private static boolean matches(LabelMatcher matcher, Labels labels) {
    String value = labels.get(matcher.name());
    return switch (matcher.op()) {
      case EQUAL -> value.equals(matcher.value());
      case NOT_EQUAL -> !value.equals(matcher.value());
      case REGEX -> pattern(matcher).matches(value);
      case NOT_REGEX -> !pattern(matcher).matches(value);
    };
  }

  private static Pattern pattern(LabelMatcher matcher) {
    return Pattern.compile(matcher.value(), Pattern.DOTALL);
  }

  @Override
  public synchronized List<Labels> series(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    return matching(tenant, matchers, fromMillis, toMillis).map(Map.Entry::getKey).toList();
  }

  @Override
  public List<String> labelNames(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    var names = new TreeSet<String>();
    series(tenant, matchers, fromMillis, toMillis)
        .forEach(labels -> names.addAll(labels.toMap().keySet()));
    return List.copyOf(names);
  }

  @Override
  public List<String> labelValues(
      TenantId tenant, String name, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    var values = new TreeSet<String>();
    series(tenant, matchers, fromMillis, toMillis).forEach(labels -> values.add(labels.get(name)));
    values.remove("");
    return List.copyOf(values);
  }

  @Override
  public synchronized List<TenantId> tenants() {
    return List.copyOf(tenants.keySet());
  }

  @Override
  public void close() {}
}
