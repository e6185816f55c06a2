package dev.headroom.storage.logs;

import java.io.IOException;

/**
 * What one aggregate has gathered so far, apart for each bucket of the aggregate above; at the top
 * there is the one bucket 0. Entered once a segment, then given its documents in rising order, one
 * perhaps for several buckets.
 */
abstract class Accumulator {
  static Accumulator of(LogAggregate aggregate, AggregateRun run, boolean isOutermost) {
    return switch (aggregate) {
      case LogAggregate.DateHistogram a ->
          new TimeBuckets(a, new TimeRounding.Fixed(a.intervalNanos(), a.offsetNanos()), run);
      case LogAggregate.CalendarHistogram a -> new TimeBuckets(a, a.rounding(), run);
      case LogAggregate.Histogram a -> new NumberBuckets(a, run);
      case LogAggregate.Terms a ->
          isOutermost && a.children().isEmpty()
              ? new CountedTerms(a, run)
              : new TermBuckets(a, run, isOutermost);
      case LogAggregate.Filters a -> new FilterBuckets(a, run);
      case LogAggregate.Ranges a -> new RangeBuckets(a, run);
      case LogAggregate.Composite a -> new CompositeBuckets(a, run);
      case LogAggregate.Stats a -> new NumberStats(a);
      case LogAggregate.ExtendedStats a -> new NumberStats(a);
      case LogAggregate.ValueCount a -> new ValueCounts(a);
      case LogAggregate.Percentiles a -> new SketchedQuantiles(a, run);
      case LogAggregate.Distinct a -> new SketchedDistinct(a, run, isOutermost);
      case LogAggregate.TopHits a -> new TopRecords(a, run);
    };
  }

  abstract void enter(AggregateSegment segment) throws IOException;

  abstract void collect(int doc, int bucket) throws IOException;

  /** Collects every document from {@code min} to below {@code max}. */
  void collectRange(int min, int max, int bucket) throws IOException {
    for (int doc = min; doc < max; doc++) {
      collect(doc, bucket);
    }
  }

  /** The last segment entered is done; may be called again. */
  void leave() throws IOException {}

  /** Takes back what was gathered for a bucket, whose number is to stand for another one. */
  abstract void forget(int bucket);

  /** What was gathered for a bucket, which may never have been collected for. */
  abstract LogAggregateResult result(int bucket) throws IOException;
}
