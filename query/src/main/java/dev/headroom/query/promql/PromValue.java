package dev.headroom.query.promql;

import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Labels;
import java.util.List;

/** The answer to a query. */
public sealed interface PromValue {
  record Scalar(long timeMillis, double value) implements PromValue {}

  record Text(long timeMillis, String value) implements PromValue {}

  /** Elements in the order of the expression: by labels, unless it sorts them. */
  record Vector(long timeMillis, List<Element> elements) implements PromValue {
    public Vector {
      elements = List.copyOf(elements);
    }
  }

  record Element(Labels labels, double value) {}

  /** Series ordered by labels. */
  record Matrix(List<SeriesSamples> series) implements PromValue {
    public Matrix {
      series = List.copyOf(series);
    }
  }
}
