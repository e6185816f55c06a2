package dev.headroom.storage.logs;

import dev.headroom.storage.model.TenantId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The remembered batches, oldest page first, within their limits. A tenant's own limit forgets its
 * oldest pages for that tenant only. Not thread-safe.
 */
final class BatchIdPages {
  private final BatchIds.Limits limits;
  private final ArrayDeque<BatchIdPage> pages = new ArrayDeque<>();

  /** Running number of the oldest page. */
  private long firstPage;

  /** By tenant, the number of the first page that still counts. */
  private final Map<TenantId, Long> startOf = new HashMap<>();

  private long size;
  private long cutShort;

  BatchIdPages(BatchIds.Limits limits) {
    this.limits = limits;
  }

  long size() {
    return size;
  }

  /** Forgotten before their time. */
  long cutShort() {
    return cutShort;
  }

  Optional<BatchIdPage.Match> find(TenantId tenant, long keyHigh, long keyLow) {
    long number = firstPage + pages.size();
    long start = startOf.getOrDefault(tenant, 0L);
    Iterator<BatchIdPage> newestFirst = pages.descendingIterator();
    while (newestFirst.hasNext() && --number >= start) {
      Optional<BatchIdPage.Match> found = newestFirst.next().find(keyHigh, keyLow);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  void add(BatchIdPage page) {
    pages.addLast(page);
    size += page.size();
    while (size > limits.maxEntries() && pages.size() > 1) {
      cutShort += removeOldest().size();
    }
    Set<TenantId> tenants = new HashSet<>(page.counts().keySet());
    tenants.forEach(this::keepWithinLimit);
  }

  private void keepWithinLimit(TenantId tenant) {
    long start = Math.max(firstPage, startOf.getOrDefault(tenant, 0L));
    long count = 0;
    long number = firstPage;
    for (BatchIdPage page : pages) {
      count += number++ >= start ? page.count(tenant) : 0;
    }
    number = firstPage;
    for (BatchIdPage page : pages) {
      if (count <= limits.maxPerTenant() || number == firstPage + pages.size() - 1) {
        return;
      }
      if (number++ >= start) {
        count -= page.count(tenant);
        cutShort += page.count(tenant);
        startOf.put(tenant, number);
      }
    }
  }

  /** Forgets pages that are older than any batch is remembered. */
  void expire(long nowSeconds) {
    long oldest = nowSeconds - limits.kept().toSeconds();
    while (!pages.isEmpty() && pages.getFirst().newestSeconds() < oldest) {
      removeOldest();
    }
    startOf.values().removeIf(start -> start <= firstPage);
  }

  private BatchIdPage removeOldest() {
    BatchIdPage oldest = pages.removeFirst();
    firstPage++;
    size -= oldest.size();
    return oldest;
  }

  /** Smallest place in the log of batch ids that is still needed. */
  long firstNumber() {
    long first = Long.MAX_VALUE;
    for (BatchIdPage page : pages) {
      first = Math.min(first, page.firstNumber());
    }
    return first;
  }
}
