package dev.headroom.query.http;

import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.AggregationKind.Gap;
import dev.headroom.query.lang.AggregationKind.Pipeline;
import dev.headroom.query.lang.BucketPath;
import dev.headroom.query.lang.SearchAggregation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Computes pipeline aggregations over answers that are there, from the inside out. */
final class Pipelines {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Adds the answers of pipelines to a level of the tree and to those below it. */
  static void run(List<SearchAggregation> asked, Map<String, AnswerNode> level) {
    for (AnswerNode node : List.copyOf(level.values())) {
      List<SearchAggregation> children = node.asked().children();
      for (AnswerNode.Bucket bucket : node.buckets()) {
        run(children, bucket.children());
      }
      for (SearchAggregation pipeline : inOrder(children)) {
        if (pipeline.kind() instanceof AggregationKind.OfParent kind) {
          ofParent(pipeline, kind, node);
        }
      }
    }
    for (SearchAggregation pipeline : inOrder(asked)) {
      if (pipeline.kind() instanceof AggregationKind.OfSibling kind) {
        level.put(pipeline.name(), ofSibling(pipeline, kind, level));
      }
    }
  }

  /** Pipelines behind those that they read. */
  private static List<SearchAggregation> inOrder(List<SearchAggregation> level) {
    List<SearchAggregation> waiting =
        new ArrayList<>(level.stream().filter(a -> a.kind() instanceof Pipeline).toList());
    List<SearchAggregation> order = new ArrayList<>();
    while (!waiting.isEmpty()) {
      Set<String> names = new HashSet<>();
      waiting.forEach(pipeline -> names.add(pipeline.name()));
      Optional<SearchAggregation> next =
          waiting.stream()
              .filter(pipeline -> !reads((Pipeline) pipeline.kind(), names))
              .findFirst();
      if (next.isEmpty()) {
        throw new ElasticException(
            400,
            "illegal_argument_exception",
            "Cyclical dependency found with aggregations " + names,
            null);
      }
      order.add(next.get());
      waiting.remove(next.get());
    }
    return order;
  }

  private static boolean reads(Pipeline pipeline, Set<String> names) {
    return pipeline.paths().values().stream()
        .anyMatch(
            path ->
                BucketPath.names(BucketPath.of(path).steps().getFirst()).stream()
                    .anyMatch(names::contains));
  }

  private static void ofParent(
      SearchAggregation asked, AggregationKind.OfParent kind, AnswerNode parent) {
    switch (kind) {
      case AggregationKind.Derivative derivative -> derive(asked, derivative, parent);
      case AggregationKind.CumulativeSum sum -> {
        double total = 0;
        for (AnswerNode.Bucket bucket : parent.buckets()) {
          double value = only(sum, bucket);
          total += Double.isFinite(value) ? value : 0;
          put(asked, bucket, total);
        }
      }
      case AggregationKind.SerialDifference difference -> differ(asked, difference, parent);
      case AggregationKind.Moving moving -> move(asked, moving, parent);
      case AggregationKind.Script script -> {
        for (AnswerNode.Bucket bucket : parent.buckets()) {
          Optional<Map<String, Double>> variables = variables(script, script.params(), bucket);
          variables.ifPresent(all -> put(asked, bucket, script.script().of(all)));
        }
      }
      case AggregationKind.Selector selector -> {
        List<AnswerNode.Bucket> kept = new ArrayList<>();
        for (AnswerNode.Bucket bucket : parent.buckets()) {
          Map<String, Double> variables = new HashMap<>(selector.params());
          selector
              .paths()
              .forEach((name, path) -> variables.put(name, value(bucket, path, selector.gap())));
          if (selector.script().of(variables) != 0) {
            kept.add(bucket);
          }
        }
        parent.setBuckets(kept);
      }
      case AggregationKind.Sort sort -> sort(sort, parent);
    }
  }

  private static AnswerNode put(SearchAggregation asked, AnswerNode.Bucket bucket, double value) {
    var node = new AnswerNode(asked, Optional.empty()).withNumber(value);
    bucket.children().put(asked.name(), node);
    return node;
  }

  private static double only(Pipeline pipeline, AnswerNode.Bucket bucket) {
    return value(bucket, pipeline.paths().values().iterator().next(), pipeline.gap());
  }

  /** The value of a path in a bucket; NaN where there is none. */
  private static double value(AnswerNode.Bucket bucket, String path, Gap gap) {
    double value = BucketNumbers.of(bucket, BucketPath.of(path));
    boolean isGap =
        !Double.isFinite(value) || bucket.count() == 0 && !BucketPath.of(path).isCount();
    if (!isGap) {
      return value;
    }
    return switch (gap) {
      case SKIP -> Double.NaN;
      case INSERT_ZEROS -> 0;
      case KEEP_VALUES -> value;
    };
  }

  private static void derive(
      SearchAggregation asked, AggregationKind.Derivative derivative, AnswerNode parent) {
    Optional<AnswerNode.Bucket> before = Optional.empty();
    for (AnswerNode.Bucket bucket : parent.buckets()) {
      if (before.isPresent()) {
        double change = only(derivative, bucket) - only(derivative, before.get());
        AnswerNode node = put(asked, bucket, change);
        if (derivative.unitNanos().isPresent()) {
          double units =
              (bucket.keyNumber() - before.get().keyNumber())
                  * NANOS_PER_MILLI
                  / derivative.unitNanos().get();
          node.withNormalised(change / units);
        }
      }
      before = Optional.of(bucket);
    }
  }

  private static void differ(
      SearchAggregation asked, AggregationKind.SerialDifference difference, AnswerNode parent) {
    Deque<Double> window = new ArrayDeque<>();
    for (AnswerNode.Bucket bucket : parent.buckets()) {
      double value = only(difference, bucket);
      if (window.size() == difference.lag()) {
        double change = value - window.removeFirst();
        if (!Double.isNaN(change)) {
          put(asked, bucket, change);
        }
      }
      window.addLast(value);
    }
  }

  private static void move(
      SearchAggregation asked, AggregationKind.Moving moving, AnswerNode parent) {
    List<AnswerNode.Bucket> having = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (AnswerNode.Bucket bucket : parent.buckets()) {
      double value = only(moving, bucket);
      if (!Double.isNaN(value)) {
        having.add(bucket);
        values.add(value);
      }
    }
    for (int i = 0; i < having.size(); i++) {
      int from = Math.clamp((long) i - moving.window() + moving.shift(), 0, values.size());
      int to = Math.clamp((long) i + moving.shift(), 0, values.size());
      double[] window =
          values.subList(from, Math.max(from, to)).stream()
              .mapToDouble(Double::doubleValue)
              .toArray();
      put(asked, having.get(i), moving.function().of(window));
    }
  }

  /** Empty when one is missing and buckets with gaps are passed over. */
  private static Optional<Map<String, Double>> variables(
      Pipeline pipeline, Map<String, Double> parameters, AnswerNode.Bucket bucket) {
    Map<String, Double> variables = new HashMap<>(parameters);
    boolean isWhole = true;
    for (var path : pipeline.paths().entrySet()) {
      double value = value(bucket, path.getValue(), pipeline.gap());
      variables.put(path.getKey(), value);
      isWhole &= !Double.isNaN(value);
    }
    return isWhole || pipeline.gap() == Gap.KEEP_VALUES ? Optional.of(variables) : Optional.empty();
  }

  private static void sort(AggregationKind.Sort sort, AnswerNode parent) {
    List<String> paths = List.copyOf(sort.paths().keySet());
    record Sorted(AnswerNode.Bucket bucket, double[] values) {}
    List<Sorted> sorted = new ArrayList<>();
    for (AnswerNode.Bucket bucket : parent.buckets()) {
      var values = new double[paths.size()];
      boolean has = values.length == 0;
      for (int i = 0; i < values.length; i++) {
        boolean isKey = paths.get(i).equals("_key");
        values[i] = isKey ? 0 : value(bucket, paths.get(i), sort.gap());
        has |= isKey || !Double.isNaN(values[i]) || sort.gap() != Gap.SKIP;
      }
      if (has) {
        sorted.add(new Sorted(bucket, values));
      }
    }
    Comparator<Sorted> order = null;
    for (int i = 0; i < paths.size(); i++) {
      int at = i;
      boolean down = sort.descending().get(i);
      Comparator<Sorted> one =
          paths.get(i).equals("_key")
              ? (a, b) -> BucketNumbers.compareKeys(a.bucket, b.bucket) * (down ? -1 : 1)
              : (a, b) -> compare(a.values[at], b.values[at], down);
      order = order == null ? one : order.thenComparing(one);
    }
    if (order != null) {
      sorted.sort(order);
    }
    parent.setBuckets(
        sorted.stream().skip(sort.from()).limit(sort.size()).map(Sorted::bucket).toList());
  }

  /** Buckets without a value come last. */
  private static int compare(double a, double b, boolean down) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }
    return down ? Double.compare(b, a) : Double.compare(a, b);
  }

  private static AnswerNode ofSibling(
      SearchAggregation asked, AggregationKind.OfSibling kind, Map<String, AnswerNode> level) {
    BucketPath path = BucketPath.of(kind.paths().values().iterator().next());
    AnswerNode over = BucketNumbers.node(level, path.steps().getFirst());
    String inside = String.join(">", path.steps().subList(1, path.steps().size()));
    List<Double> values = new ArrayList<>();
    List<Object> keys = new ArrayList<>();
    double best = Double.NaN;
    for (AnswerNode.Bucket bucket : over.buckets()) {
      double value = value(bucket, inside, kind.gap());
      if (Double.isNaN(value)) {
        continue;
      }
      values.add(value);
      boolean isMin = kind.kind() == AggregationKind.SiblingKind.MIN;
      if (Double.isNaN(best) || (isMin ? value < best : value > best)) {
        best = value;
        keys.clear();
      }
      if (value == best) {
        keys.add(BucketNumbers.keyText(over, bucket));
      }
    }
    double sum = values.stream().mapToDouble(Double::doubleValue).sum();
    var node = new AnswerNode(asked, Optional.empty());
    node.setKeys(keys);
    node.setValues(values);
    return switch (kind.kind()) {
      case AVG -> node.withNumber(sum / values.size());
      case SUM, STATS -> node.withNumber(sum);
      case MIN, MAX -> node.withNumber(best);
    };
  }

  private Pipelines() {}
}
