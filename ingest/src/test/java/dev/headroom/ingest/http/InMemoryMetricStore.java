package dev.headroom.ingest.http;

import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.MetricAppendResult;
import dev.headroom.storage.metrics.MetricAppendResult.Rejection;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.List;

/** Keeps the batches it is given; refuses samples before 2026 and after 2027. */
final class InMemoryMetricStore implements MetricStore {
  static final long FIRST_MILLIS = 1_767_225_600_000L;
  static final long LAST_MILLIS = 1_798_761_600_000L;

  record Stored(TenantId tenant, Labels labels, long timeMillis, double value) {}

  final List<Stored> samples = new ArrayList<>();
  volatile Runnable beforeAppend = () -> {};

  @Override
  public synchronized MetricAppendResult append(SampleBatch batch) {
    beforeAppend.run();
    List<Rejection> rejected = new ArrayList<>();
    long rejectedCount = 0;
    for (int i = 0; i < batch.size(); i++) {
      long time = batch.timeMillis(i);
      if (time < FIRST_MILLIS || time > LAST_MILLIS) {
        rejectedCount++;
        if (rejected.size() < 100) {
          rejected.add(
              new Rejection(i, time < FIRST_MILLIS ? "too_old" : "too_new", "sample at " + time));
        }
      } else {
        samples.add(
            new Stored(batch.tenant(), batch.series(batch.seriesOrdinal(i)), time, batch.value(i)));
      }
    }
    return new MetricAppendResult(batch.size() - rejectedCount, rejectedCount, rejected);
  }

  @Override
  public List<SeriesSamples> select(
      TenantId tenant,
      List<LabelMatcher> matchers,
      long fromMillis,
      long toMillis,
      Deadline deadline,
      MemoryPermit permit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Labels> series(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> labelNames(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> labelValues(
      TenantId tenant, String name, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<TenantId> tenants() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
