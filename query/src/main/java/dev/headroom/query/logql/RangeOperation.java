package dev.headroom.query.logql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is made of the lines of a window. */
enum RangeOperation {
  COUNT_OVER_TIME(Takes.LINES),
  RATE(Takes.EITHER),
  RATE_COUNTER(Takes.VALUES),
  BYTES_OVER_TIME(Takes.LINES),
  BYTES_RATE(Takes.LINES),
  SUM_OVER_TIME(Takes.VALUES),
  AVG_OVER_TIME(Takes.VALUES),
  MIN_OVER_TIME(Takes.VALUES),
  MAX_OVER_TIME(Takes.VALUES),
  STDDEV_OVER_TIME(Takes.VALUES),
  STDVAR_OVER_TIME(Takes.VALUES),
  QUANTILE_OVER_TIME(Takes.VALUES),
  FIRST_OVER_TIME(Takes.VALUES),
  LAST_OVER_TIME(Takes.VALUES),
  ABSENT_OVER_TIME(Takes.EITHER);

  /** Lines as they are, or numbers unwrapped from them. */
  private enum Takes {
    LINES,
    VALUES,
    EITHER
  }

  private final Takes takes;

  RangeOperation(Takes takes) {
    this.takes = takes;
  }

  String symbol() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean fits(boolean unwrapped) {
    return takes == Takes.EITHER || unwrapped == (takes == Takes.VALUES);
  }

  boolean mayGroup() {
    return switch (this) {
      case AVG_OVER_TIME,
          MIN_OVER_TIME,
          MAX_OVER_TIME,
          STDDEV_OVER_TIME,
          STDVAR_OVER_TIME,
          QUANTILE_OVER_TIME,
          FIRST_OVER_TIME,
          LAST_OVER_TIME ->
          true;
      case COUNT_OVER_TIME,
          RATE,
          RATE_COUNTER,
          BYTES_OVER_TIME,
          BYTES_RATE,
          SUM_OVER_TIME,
          ABSENT_OVER_TIME ->
          false;
    };
  }

  /** Whether the sum over series is what one series of all lines would give. */
  boolean isAdditive() {
    return switch (this) {
      case COUNT_OVER_TIME, RATE, BYTES_OVER_TIME, BYTES_RATE, SUM_OVER_TIME -> true;
      case RATE_COUNTER,
          AVG_OVER_TIME,
          MIN_OVER_TIME,
          MAX_OVER_TIME,
          STDDEV_OVER_TIME,
          STDVAR_OVER_TIME,
          QUANTILE_OVER_TIME,
          FIRST_OVER_TIME,
          LAST_OVER_TIME,
          ABSENT_OVER_TIME ->
          false;
    };
  }

  boolean countsBytes() {
    return this == BYTES_OVER_TIME || this == BYTES_RATE;
  }

  /** The operation of that name, or null. */
  static @Nullable RangeOperation of(String word) {
    for (RangeOperation operation : values()) {
      if (operation.symbol().equals(word)) {
        return operation;
      }
    }
    return null;
  }
}
