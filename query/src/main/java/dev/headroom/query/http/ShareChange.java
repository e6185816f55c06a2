package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a value's share of the records moved between two windows, where it moved by more than chance:
 * the two-proportion z statistic is at least {@link #MIN_Z} ("Statistical Methods for Rates and
 * Proportions", Fleiss et al., 2.4).
 *
 * @param count records with the value in the later window; of a value that is not among the most
 *     frequent of a window, the possible number that moves its share least
 */
record ShareChange(
    String field, Object value, long count, double share, long countBefore, double shareBefore) {
  private static final double MIN_Z = 3;

  /** The largest moves first. */
  static List<ShareChange> between(LogAnswer before, LogAnswer now) {
    List<ShareChange> changes = new ArrayList<>();
    if (before.totalHits() == 0 || now.totalHits() == 0) {
      return changes;
    }
    for (int i = 0; i < now.aggregates().size(); i++) {
      LogAggregateResult field = now.aggregates().get(i);
      var later = new Counts(field);
      var earlier = new Counts(before.aggregates().get(i));
      Set<Object> values = new LinkedHashSet<>(later.counts.keySet());
      values.addAll(earlier.counts.keySet());
      for (Object value : values) {
        long count = later.of(value, earlier, now.totalHits(), before.totalHits());
        long countBefore = earlier.of(value, later, before.totalHits(), now.totalHits());
        var change =
            new ShareChange(
                field.name(),
                value,
                count,
                (double) count / now.totalHits(),
                countBefore,
                (double) countBefore / before.totalHits());
        if (change.isMoreThanChance(before.totalHits(), now.totalHits())) {
          changes.add(change);
        }
      }
    }
    changes.sort(
        Comparator.comparingDouble((ShareChange change) -> -Math.abs(change.moved()))
            .thenComparing(ShareChange::field)
            .thenComparing(change -> change.value.toString()));
    return changes;
  }

  /** Of the values of a field in one window. */
  private static final class Counts {
    private final Map<Object, Long> counts = new HashMap<>();

    /** A value that is not among those kept has no more than the rarest of them. */
    private final long ofOthers;

    Counts(LogAggregateResult result) {
      Buckets buckets = (Buckets) result;
      long rarest = Long.MAX_VALUE;
      for (Bucket bucket : buckets.buckets()) {
        counts.put(bucket.key(), bucket.count());
        rarest = Math.min(rarest, bucket.count());
      }
      ofOthers = buckets.otherCount() == 0 ? 0 : Math.min(rarest, buckets.otherCount());
    }

    /** Of one that is not kept, what moves its share least. */
    long of(Object value, Counts other, long total, long totalOfOther) {
      Long known = counts.get(value);
      if (known != null) {
        return known;
      }
      double sameShare = (double) other.counts.getOrDefault(value, 0L) * total / totalOfOther;
      return Math.min(ofOthers, Math.round(sameShare));
    }
  }

  double moved() {
    return share - shareBefore;
  }

  private boolean isMoreThanChance(long totalBefore, long total) {
    double pooled = (double) (count + countBefore) / (total + totalBefore);
    double deviation = Math.sqrt(pooled * (1 - pooled) * (1.0 / total + 1.0 / totalBefore));
    return deviation > 0 && Math.abs(moved()) / deviation >= MIN_Z;
  }

  void write(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("field", field);
    out.writeFieldName("value");
    JsonAnswer.value(out, value);
    out.writeNumberField("count", count);
    out.writeNumberField("share", share);
    out.writeNumberField("countBefore", countBefore);
    out.writeNumberField("shareBefore", shareBefore);
    out.writeNumberField("moved", moved());
    out.writeEndObject();
  }
}
