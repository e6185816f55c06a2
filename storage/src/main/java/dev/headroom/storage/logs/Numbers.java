package dev.headroom.storage.logs;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/** Number literals of filters: compared by value whatever their form. */
final class Numbers {
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int MAX_DIGITS = 400;

  static Optional<BigDecimal> parse(String text) {
    try {
      return text.length() > MAX_DIGITS ? Optional.empty() : Optional.of(new BigDecimal(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  static Optional<Double> parseDouble(String text) {
    return parse(text).map(BigDecimal::doubleValue);
  }

  /** The value as a long, if it is one. */
  static OptionalLong exactLong(String text) {
    Optional<BigDecimal> number = parse(text);
    if (number.isEmpty() || Math.abs((long) number.get().scale()) > MAX_DIGITS) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(number.get().longValueExact());
    } catch (ArithmeticException _) {
      return OptionalLong.empty();
    }
  }

  static Query longRange(String name, LogFilter.Range range) {
    BigDecimal lower = bound(range.lower(), MIN_LONG);
    BigDecimal upper = bound(range.upper(), MAX_LONG);
    if (lower == null || upper == null) {
      return MatchNoDocsQuery.INSTANCE;
    }
    BigDecimal first = lower.setScale(0, RoundingMode.CEILING);
    if (range.lower() != null && !range.includeLower() && first.compareTo(lower) == 0) {
      first = first.add(BigDecimal.ONE);
    }
    BigDecimal last = upper.setScale(0, RoundingMode.FLOOR);
    if (range.upper() != null && !range.includeUpper() && last.compareTo(upper) == 0) {
      last = last.subtract(BigDecimal.ONE);
    }
    if (first.compareTo(last) > 0
        || first.compareTo(MAX_LONG) > 0
        || last.compareTo(MIN_LONG) < 0) {
      return MatchNoDocsQuery.INSTANCE;
    }
    return SortedNumericDocValuesField.newSlowRangeQuery(
        name, first.max(MIN_LONG).longValueExact(), last.min(MAX_LONG).longValueExact());
  }

  static Query doubleRange(String name, LogFilter.Range range) {
    Optional<Double> lower = orElse(range.lower(), Double.NEGATIVE_INFINITY);
    Optional<Double> upper = orElse(range.upper(), Double.POSITIVE_INFINITY);
    if (lower.isEmpty() || upper.isEmpty()) {
      return MatchNoDocsQuery.INSTANCE;
    }
    double first = range.includeLower() ? lower.get() : Math.nextUp(lower.get());
    double last = range.includeUpper() ? upper.get() : Math.nextDown(upper.get());
    return SortedNumericDocValuesField.newSlowRangeQuery(
        name, NumericUtils.doubleToSortableLong(first), NumericUtils.doubleToSortableLong(last));
  }

  private static @Nullable BigDecimal bound(@Nullable String text, BigDecimal none) {
    return text == null
        ? none
        : parse(text).filter(n -> Math.abs((long) n.scale()) <= MAX_DIGITS).orElse(null);
  }

  private static Optional<Double> orElse(@Nullable String text, double none) {
    return text == null ? Optional.of(none) : parseDouble(text);
  }

  private Numbers() {}
}
