package dev.headroom.query.lang;

import dev.headroom.storage.logs.BucketOrder;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the bodies of several aggregations have in common. */
final class DslAggregationBody {
  private static final int MAX_ORDERS = 10;

  static void allow(DslNode body, Set<String> names) {
    for (String name : body.fields().keySet()) {
      if (!names.contains(name)) {
        throw HeadroomException.invalid("[" + body.path() + "] does not support [" + name + "]");
      }
    }
  }

  static String field(DslNode body) {
    return DslNode.field(body.require("field").text());
  }

  /** A field other than event time, which has aggregations of its own. */
  static String plainField(DslNode body, String instead) {
    String field = field(body);
    if (field.equals(LogSchema.TIMESTAMP)) {
      throw HeadroomException.invalid(
          "[" + body.path() + "] cannot be computed of [@timestamp]; use [" + instead + "]");
    }
    return field;
  }

  static Optional<Object> missing(DslNode body) {
    return body.get("missing").map(DslAggregationBody::value);
  }

  static Optional<Object> missingNumber(DslNode body) {
    return body.get("missing").map(DslAggregationBody::decimal);
  }

  static Object value(DslNode node) {
    if (node.json() instanceof Json.Scalar(String text, Json.Kind kind)) {
      return switch (kind) {
        case STRING, NULL -> text;
        case BOOLEAN -> Boolean.valueOf(text);
        case NUMBER -> text.matches("-?\\d{1,18}") ? (Object) Long.valueOf(text) : decimal(node);
      };
    }
    throw node.wrong("a single value");
  }

  static Double decimal(DslNode node) {
    try {
      Double value = Double.valueOf(node.text());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw node.wrong("a number");
  }

  static AggregationKind.Shown shown(
      DslNode body, List<SearchAggregation> children, boolean keyedAllowed) {
    boolean keyed = body.get("keyed").map(DslNode::flag).orElse(false);
    if (keyed && !keyedAllowed) {
      throw HeadroomException.invalid("[" + body.path() + "] does not support [keyed]");
    }
    return new AggregationKind.Shown(
        body.get("min_doc_count").map(n -> n.number(0, Integer.MAX_VALUE)).orElse(0),
        keyed,
        body.get("order")
            .map(order -> orders(order, children))
            .orElse(List.of(new BucketOrder.ByKey(true))));
  }

  static List<BucketOrder> orders(DslNode node, List<SearchAggregation> children) {
    List<BucketOrder> orders = new ArrayList<>();
    for (DslNode item : node.oneOrMany()) {
      Map.Entry<String, DslNode> only = item.only("order");
      boolean ascending =
          switch (only.getValue().text()) {
            case "asc", "ASC" -> true;
            case "desc", "DESC" -> false;
            default -> throw only.getValue().wrong("asc or desc");
          };
      orders.add(
          switch (only.getKey()) {
            case "_count" -> new BucketOrder.ByCount(ascending);
            case "_key", "_term", "_time" -> new BucketOrder.ByKey(ascending);
            default -> metric(node, only.getKey(), ascending, children);
          });
    }
    if (orders.size() > MAX_ORDERS) {
      throw node.wrong("at most " + MAX_ORDERS + " orders");
    }
    return orders;
  }

  private static BucketOrder metric(
      DslNode node, String path, boolean ascending, List<SearchAggregation> children) {
    List<String> names = new ArrayList<>(List.of(path.split(">", -1)));
    List<SearchAggregation> level = children;
    for (int i = 0; i < names.size() - 1; i++) {
      SearchAggregation found = child(level, names.get(i)).orElseThrow(() -> unknown(node, path));
      if (!(found.kind() instanceof AggregationKind.Single)) {
        throw HeadroomException.invalid(
            "["
                + node.path()
                + "] cannot order by ["
                + path
                + "]: ["
                + found.name()
                + "] has more than one bucket");
      }
      level = found.children();
    }
    String last = names.removeLast();
    Optional<SearchAggregation> whole = child(level, last);
    String property = "";
    for (int end = last.length(); whole.isEmpty() && end > 0; end--) {
      if (end < last.length() && ".[".indexOf(last.charAt(end)) >= 0) {
        whole = child(level, last.substring(0, end));
        property = last.substring(end + 1).replace("]", "").replace("'", "");
      }
    }
    SearchAggregation metric = whole.orElseThrow(() -> unknown(node, path));
    names.add(metric.name());
    return order(metric.kind(), property, List.copyOf(names), ascending)
        .orElseThrow(
            () ->
                HeadroomException.invalid(
                    "["
                        + node.path()
                        + "] cannot order by ["
                        + path
                        + "]: name one number of ["
                        + metric.name()
                        + "]"));
  }

  private static HeadroomException unknown(DslNode node, String path) {
    return HeadroomException.invalid(
        "["
            + node.path()
            + "] cannot order by ["
            + path
            + "]: there is no such aggregation inside");
  }

  static Optional<SearchAggregation> child(List<SearchAggregation> children, String name) {
    return children.stream().filter(child -> child.name().equals(name)).findFirst();
  }

  private static Optional<BucketOrder> order(
      AggregationKind kind, String property, List<String> path, boolean ascending) {
    if (kind instanceof AggregationKind.Single) {
      return property.isEmpty() || property.equals("_count") || property.equals("doc_count")
          ? Optional.of(new BucketOrder.ByMetric(path, BucketOrder.Metric.COUNT, ascending))
          : Optional.empty();
    }
    if (kind instanceof AggregationKind.Percentiles percentiles && !percentiles.isRanks()) {
      return property.matches("\\d{1,3}(\\.\\d{1,9})?") && Double.parseDouble(property) <= 100
          ? Optional.of(new BucketOrder.ByPercentile(path, Double.parseDouble(property), ascending))
          : Optional.empty();
    }
    if (!(kind instanceof AggregationKind.Metric metric)) {
      return Optional.empty();
    }
    Optional<BucketOrder.Metric> number =
        switch (metric.kind()) {
          case AVG -> single(property, BucketOrder.Metric.AVG);
          case SUM -> single(property, BucketOrder.Metric.SUM);
          case MIN -> single(property, BucketOrder.Metric.MIN);
          case MAX -> single(property, BucketOrder.Metric.MAX);
          case VALUE_COUNT -> single(property, BucketOrder.Metric.COUNT);
          case CARDINALITY -> single(property, BucketOrder.Metric.DISTINCT);
          case STATS -> property(property, false);
          case EXTENDED_STATS -> property(property, true);
        };
    return number.map(of -> new BucketOrder.ByMetric(path, of, ascending));
  }

  private static Optional<BucketOrder.Metric> single(String property, BucketOrder.Metric metric) {
    return property.isEmpty() || property.equals("value") ? Optional.of(metric) : Optional.empty();
  }

  private static Optional<BucketOrder.Metric> property(String name, boolean isExtended) {
    return Optional.ofNullable(
        switch (name) {
          case "count" -> BucketOrder.Metric.COUNT;
          case "sum" -> BucketOrder.Metric.SUM;
          case "avg" -> BucketOrder.Metric.AVG;
          case "min" -> BucketOrder.Metric.MIN;
          case "max" -> BucketOrder.Metric.MAX;
          case "variance" -> isExtended ? BucketOrder.Metric.VARIANCE : null;
          case "std_deviation" -> isExtended ? BucketOrder.Metric.STD_DEVIATION : null;
          default -> null;
        });
  }

  private DslAggregationBody() {}
}
