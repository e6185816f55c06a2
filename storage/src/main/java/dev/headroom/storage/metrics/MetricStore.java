package dev.headroom.storage.metrics;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import java.util.List;

/**
 * The only door to stored samples. All methods may be called from any thread; {@link #append} and
 * {@link #select} block.
 *
 * <p>Time ranges are closed, in epoch milliseconds, as PromQL needs them.
 */
public interface MetricStore extends AutoCloseable {
  /**
   * Stores samples and returns when they are durable. A sample at a time its series already has
   * replaces the older value.
   *
   * @throws dev.headroom.storage.model.HeadroomException UNAVAILABLE when the store cannot write,
   *     OVERLOADED when too much waits; nothing of the batch was stored then
   */
  MetricAppendResult append(SampleBatch batch);

  /**
   * Samples of every series that matches all matchers, ordered by labels; series without a sample
   * in the range are left out. An empty list of matchers is refused.
   *
   * @throws dev.headroom.storage.model.HeadroomException TIMEOUT past the deadline, OVERLOADED when
   *     the permit has no room for the samples
   */
  List<SeriesSamples> select(
      TenantId tenant,
      List<LabelMatcher> matchers,
      long fromMillis,
      long toMillis,
      Deadline deadline,
      MemoryPermit permit);

  /** Labels of the series that match and may have samples in the range, sorted. */
  List<Labels> series(TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis);

  /** Label names of those series, sorted; all series when there is no matcher. */
  List<String> labelNames(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis);

  /** Values of one label of those series, sorted. */
  List<String> labelValues(
      TenantId tenant, String name, List<LabelMatcher> matchers, long fromMillis, long toMillis);

  /** Tenants that hold samples. */
  List<TenantId> tenants();

  @Override
  void close();
}
