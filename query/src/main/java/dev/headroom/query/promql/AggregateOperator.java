package dev.headroom.query.promql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

public enum AggregateOperator {
  SUM(null),
  AVG(null),
  COUNT(null),
  MIN(null),
  MAX(null),
  GROUP(null),
  STDDEV(null),
  STDVAR(null),
  TOPK(ExprType.SCALAR),
  BOTTOMK(ExprType.SCALAR),
  QUANTILE(ExprType.SCALAR),
  COUNT_VALUES(ExprType.STRING);

  private final @Nullable ExprType parameter;

  AggregateOperator(@Nullable ExprType parameter) {
    this.parameter = parameter;
  }

  /** The type of what stands before the vector, or null. */
  @Nullable ExprType parameter() {
    return parameter;
  }

  String symbol() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The operator of that name in any case, or null. */
  static @Nullable AggregateOperator of(String word) {
    String name = word.toUpperCase(Locale.ROOT);
    for (AggregateOperator operator : values()) {
      if (operator.name().equals(name)) {
        return operator;
      }
    }
    return null;
  }
}
