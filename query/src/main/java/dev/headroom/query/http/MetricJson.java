package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.lang.AggregationKind;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogSchema;
import java.io.IOException;
import java.util.DoubleSummaryStatistics;

/** The members of metric and pipeline answers. What is not finite is null, as JSON has it. */
record MetricJson(JsonGenerator out) {
  private static final double NANOS_PER_MILLI = 1e6;

  void number(String name, double value) throws IOException {
    out.writeFieldName(name);
    JsonAnswer.number(out, value);
  }

  void metric(AggregationKind.Metric metric, LogAggregateResult found) throws IOException {
    boolean isTime = metric.field().equals(LogSchema.TIMESTAMP);
    switch (metric.kind()) {
      case VALUE_COUNT, CARDINALITY ->
          out.writeNumberField(
              "value", Math.round(MetricNumbers.of(metric, found, "").orElse(0.0)));
      case SUM -> number("value", MetricNumbers.of(metric, found, "").orElse(Double.NaN));
      case AVG, MIN, MAX -> {
        double value = MetricNumbers.of(metric, found, "").orElse(Double.NaN);
        number("value", value);
        if (isTime && Double.isFinite(value)) {
          out.writeStringField("value_as_string", iso(value));
        }
      }
      case STATS -> {
        var stats = (LogAggregateResult.Stats) found;
        out.writeNumberField("count", stats.count());
        for (String name : new String[] {"min", "max", "avg", "sum"}) {
          number(name, MetricNumbers.of(metric, found, name).orElse(Double.NaN));
        }
        if (isTime && stats.count() > 0) {
          for (String name : new String[] {"min", "max", "avg"}) {
            out.writeStringField(
                name + "_as_string", iso(MetricNumbers.of(metric, found, name).orElse(0.0)));
          }
        }
      }
      case EXTENDED_STATS -> extended(metric, (LogAggregateResult.ExtendedStats) found);
    }
  }

  private static String iso(double millis) {
    return ElasticTimes.iso(Math.round(millis) * (long) NANOS_PER_MILLI);
  }

  private void extended(AggregationKind.Metric metric, LogAggregateResult.ExtendedStats found)
      throws IOException {
    out.writeNumberField("count", found.stats().count());
    for (String name : new String[] {"min", "max", "avg", "sum"}) {
      number(name, MetricNumbers.of(metric, found, name).orElse(Double.NaN));
    }
    boolean none = found.stats().count() == 0;
    number(
        "sum_of_squares",
        none ? Double.NaN : MetricNumbers.of(metric, found, "sum_of_squares").orElse(Double.NaN));
    for (String name :
        new String[] {
          "variance",
          "variance_population",
          "variance_sampling",
          "std_deviation",
          "std_deviation_population",
          "std_deviation_sampling"
        }) {
      number(name, MetricNumbers.of(metric, found, name).orElse(Double.NaN));
    }
    double mean = MetricNumbers.of(metric, found, "avg").orElse(Double.NaN);
    double population =
        metric.sigma() * MetricNumbers.of(metric, found, "std_deviation").orElse(Double.NaN);
    double sample =
        metric.sigma()
            * MetricNumbers.of(metric, found, "std_deviation_sampling").orElse(Double.NaN);
    out.writeObjectFieldStart("std_deviation_bounds");
    number("upper", mean + population);
    number("lower", mean - population);
    number("upper_population", mean + population);
    number("lower_population", mean - population);
    number("upper_sampling", mean + sample);
    number("lower_sampling", mean - sample);
    out.writeEndObject();
  }

  void percentiles(AggregationKind.Percentiles asked, LogAggregateResult found) throws IOException {
    var sketch = ((LogAggregateResult.Percentiles) found).sketch();
    boolean isTime = asked.field().equals(LogSchema.TIMESTAMP);
    double unit = isTime ? NANOS_PER_MILLI : 1;
    if (asked.keyed()) {
      out.writeObjectFieldStart("values");
    } else {
      out.writeArrayFieldStart("values");
    }
    for (double point : asked.points()) {
      double value =
          asked.isRanks() ? 100 * sketch.rank(point) : sketch.quantile(point / 100) / unit;
      double key = asked.isRanks() ? point / unit : point;
      boolean hasText = isTime && !asked.isRanks() && Double.isFinite(value);
      if (asked.keyed()) {
        number(Double.toString(key), value);
        if (hasText) {
          out.writeStringField(key + "_as_string", iso(value));
        }
      } else {
        out.writeStartObject();
        out.writeNumberField("key", key);
        number("value", value);
        if (hasText) {
          out.writeStringField("value_as_string", iso(value));
        }
        out.writeEndObject();
      }
    }
    if (asked.keyed()) {
      out.writeEndObject();
    } else {
      out.writeEndArray();
    }
  }

  void pipeline(AggregationKind.Pipeline pipeline, AnswerNode node) throws IOException {
    if (pipeline instanceof AggregationKind.OfSibling(AggregationKind.SiblingKind kind, _, _)
        && kind == AggregationKind.SiblingKind.STATS) {
      var stats = new DoubleSummaryStatistics();
      node.values().forEach(stats::accept);
      boolean none = stats.getCount() == 0;
      out.writeNumberField("count", stats.getCount());
      number("min", none ? Double.NaN : stats.getMin());
      number("max", none ? Double.NaN : stats.getMax());
      number("avg", none ? Double.NaN : stats.getAverage());
      number("sum", stats.getSum());
      return;
    }
    number("value", node.number());
    if (pipeline instanceof AggregationKind.Derivative derivative
        && derivative.unitNanos().isPresent()) {
      number("normalized_value", node.normalised());
    }
    if (pipeline instanceof AggregationKind.OfSibling(AggregationKind.SiblingKind kind, _, _)
        && (kind == AggregationKind.SiblingKind.MIN || kind == AggregationKind.SiblingKind.MAX)) {
      out.writeArrayFieldStart("keys");
      for (Object key : node.keys()) {
        out.writeString(SourceJson.wellFormed(key.toString()));
      }
      out.writeEndArray();
    }
  }
}
