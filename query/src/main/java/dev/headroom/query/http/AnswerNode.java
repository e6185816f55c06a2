package dev.headroom.query.http;

import dev.headroom.query.lang.SearchAggregation;
import dev.headroom.storage.logs.LogAggregateResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answer of one aggregation in one place of the tree, while it is being put together. */
final class AnswerNode {
  /** A bucket with the answers inside of it. */
  static final class Bucket {
    private final Object key;
    private final double keyNumber;
    private final long count;
    private final Map<String, AnswerNode> children = new LinkedHashMap<>();

    /**
     * @param keyNumber the key as a number, times in milliseconds; NaN for texts
     */
    Bucket(Object key, double keyNumber, long count) {
      this.key = key;
      this.keyNumber = keyNumber;
      this.count = count;
    }

    Object key() {
      return key;
    }

    double keyNumber() {
      return keyNumber;
    }

    long count() {
      return count;
    }

    Map<String, AnswerNode> children() {
      return children;
    }
  }

  private final SearchAggregation asked;
  private final Optional<LogAggregateResult> result;
  private List<Bucket> buckets = new ArrayList<>();
  private double number = Double.NaN;
  private double normalised = Double.NaN;
  private List<Object> keys = List.of();
  private List<Double> values = List.of();

  AnswerNode(SearchAggregation asked, Optional<LogAggregateResult> result) {
    this.asked = asked;
    this.result = result;
  }

  SearchAggregation asked() {
    return asked;
  }

  /** What the store found; empty for what is computed from others. */
  Optional<LogAggregateResult> result() {
    return result;
  }

  List<Bucket> buckets() {
    return buckets;
  }

  void setBuckets(List<Bucket> others) {
    buckets = new ArrayList<>(others);
  }

  /** What a pipeline or rate has computed; NaN for none. */
  double number() {
    return number;
  }

  AnswerNode withNumber(double value) {
    number = value;
    return this;
  }

  /** A derivative by the unit asked for; NaN for none. */
  double normalised() {
    return normalised;
  }

  AnswerNode withNormalised(double value) {
    normalised = value;
    return this;
  }

  /** Keys of the buckets that have a pipeline's number. */
  List<Object> keys() {
    return keys;
  }

  void setKeys(List<Object> found) {
    keys = List.copyOf(found);
  }

  /** The numbers that a pipeline has looked at. */
  List<Double> values() {
    return values;
  }

  void setValues(List<Double> found) {
    values = List.copyOf(found);
  }
}
