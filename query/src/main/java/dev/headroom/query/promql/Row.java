package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Sample;

/**
 * One series over a grid: a value a point, {@link #ABSENT} where there is none. Who gets a row from
 * an evaluation owns it and may change its values in place.
 */
record Row(Labels labels, double[] values) {
  /** The stale marker: selectors leave it out, so no result can be that NaN. */
  static final double ABSENT = Sample.STALE;

  static boolean isAbsent(double value) {
    return Sample.isStale(value);
  }

  boolean has(int i) {
    return !Sample.isStale(values[i]);
  }

  boolean isEmpty() {
    for (double value : values) {
      if (!Sample.isStale(value)) {
        return false;
      }
    }
    return true;
  }

  Row withLabels(Labels now) {
    return new Row(now, values);
  }
}
