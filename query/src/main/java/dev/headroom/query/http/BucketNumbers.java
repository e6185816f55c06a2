package dev.headroom.query.http;

import dev.headroom.query.engine.RecordFields;
import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.BucketPath;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogSchema;
import java.util.List;
import java.util.Map;

/** The numbers of a bucket and of the answers in it, by path. */
final class BucketNumbers {
  private static final double NANOS_PER_MILLI = 1e6;

  /** NaN where the path leads to no value. */
  static double of(AnswerNode.Bucket bucket, BucketPath path) {
    AnswerNode.Bucket at = bucket;
    List<String> steps = path.steps();
    for (int i = 0; i < steps.size(); i++) {
      String step = steps.get(i);
      boolean isLast = i == steps.size() - 1;
      if (isLast && step.equals("_count")) {
        return at.count();
      }
      if (isLast && step.equals("_key")) {
        return at.keyNumber();
      }
      String name = name(at.children(), step);
      if (name.isEmpty()) {
        return Double.NaN; // a pipeline that gave nothing here
      }
      AnswerNode node = node(at.children(), step);
      String property = BucketPath.property(step, name);
      if (isLast && !property.endsWith("]")) {
        return number(node, property.isEmpty() ? "" : property.substring(1), path);
      }
      at = inside(node, property, path);
      if (isLast) {
        return at.count();
      }
    }
    throw wrong(path);
  }

  private static String name(Map<String, AnswerNode> level, String step) {
    return BucketPath.names(step).stream().filter(level::containsKey).findFirst().orElse("");
  }

  /** The answer that the step of a path names. */
  static AnswerNode node(Map<String, AnswerNode> level, String step) {
    AnswerNode node = level.get(name(level, step));
    if (node == null) {
      throw new ElasticException(
          400, "illegal_argument_exception", "No aggregation found for path [" + step + "]", null);
    }
    return node;
  }

  private static ElasticException wrong(BucketPath path) {
    return new ElasticException(
        400,
        "aggregation_execution_exception",
        "buckets_path must reference either a number value or a single value numeric metric"
            + " aggregation, got ["
            + path.text()
            + "]",
        null);
  }

  private static AnswerNode.Bucket inside(AnswerNode node, String property, BucketPath path) {
    if (property.isEmpty() && node.asked().kind() instanceof AggregationKind.Single) {
      return node.buckets().getFirst();
    }
    if (property.startsWith("[") && property.endsWith("]")) {
      String inner = property.substring(1, property.length() - 1);
      String key = inner.replaceAll("^['\"]|['\"]$", "");
      for (AnswerNode.Bucket bucket : node.buckets()) {
        if (keyText(node, bucket).equals(key)) {
          return bucket;
        }
      }
      return new AnswerNode.Bucket(key, Double.NaN, 0);
    }
    throw wrong(path);
  }

  static double number(AnswerNode node, String property, BucketPath path) {
    return switch (node.asked().kind()) {
      case AggregationKind.Metric metric -> {
        LogAggregateResult result = node.result().orElseThrow();
        yield MetricNumbers.of(metric, result, property.equals("value") ? "" : property)
            .orElseThrow(() -> wrong(path));
      }
      case AggregationKind.Percentiles percentiles -> {
        boolean isTime = percentiles.field().equals(LogSchema.TIMESTAMP);
        LogAggregateResult result = node.result().orElseThrow();
        if (!property.matches("\\d+(\\.\\d+)?")
            || !(result instanceof LogAggregateResult.Percentiles(_, var sketch))) {
          throw wrong(path);
        }
        double point = Double.parseDouble(property);
        yield percentiles.isRanks()
            ? 100 * sketch.rank(isTime ? point * NANOS_PER_MILLI : point)
            : sketch.quantile(Math.min(1, point / 100)) / (isTime ? NANOS_PER_MILLI : 1);
      }
      case AggregationKind.TopMetrics _ -> top(node, property);
      case AggregationKind.Rate _ -> node.number();
      case AggregationKind.Pipeline _ ->
          property.equals("normalized_value") ? node.normalised() : node.number();
      case AggregationKind.Single _ -> {
        if (!property.equals("_count") && !property.equals("doc_count")) {
          throw wrong(path);
        }
        yield node.buckets().getFirst().count();
      }
      default -> {
        if (property.equals("_bucket_count")) {
          yield node.buckets().size();
        }
        throw wrong(path);
      }
    };
  }

  private static double top(AnswerNode node, String field) {
    if (node.result().orElseThrow() instanceof LogAggregateResult.TopHits top
        && !top.hits().isEmpty()
        && new RecordFields(top.hits().getFirst()).get(field).orElse(null)
            instanceof Json.Scalar(String text, Json.Kind kind)
        && kind == Json.Kind.NUMBER) {
      return Double.parseDouble(text);
    }
    return Double.NaN;
  }

  static int compareKeys(AnswerNode.Bucket a, AnswerNode.Bucket b) {
    if (a.key() instanceof Number x && b.key() instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    return a.key().toString().compareTo(b.key().toString());
  }

  /** A bucket's key as its answer shows it. */
  static String keyText(AnswerNode node, AnswerNode.Bucket bucket) {
    return switch (node.asked().kind()) {
      case AggregationKind.DateHistogram histogram -> histogram.format().text((Long) bucket.key());
      case AggregationKind.Filters filters -> {
        String name = filters.names().get((int) (long) (Long) bucket.key());
        yield name == null ? bucket.key().toString() : name;
      }
      case AggregationKind.Ranges ranges ->
          ranges.ranges().get((int) (long) (Long) bucket.key()).key();
      default -> bucket.key().toString();
    };
  }

  private BucketNumbers() {}
}
