package dev.headroom.forecast.cost;

import dev.headroom.forecast.model.Quantiles;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.TenantId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * What one tenant's data costs, month by month. Expected amounts are exact: every cell is rounded
 * once, by allocation of its month's rounded total, and every other expected amount is a sum of
 * cells. Median and high come from summed paths and never add.
 */
public final class CostForecast {
  private final TenantId tenant;
  private final Instant asOf;
  private final PriceBook book;
  private final List<Month> months;
  private final List<Row> rows;
  private final List<Cell> cells;
  private final double[][][] pathCosts;
  private final List<String> notes;
  private final List<String> partial;

  /**
   * @param pathCosts {@code [row][month][path]}, in the currency
   */
  CostForecast(
      TenantId tenant,
      Instant asOf,
      PriceBook book,
      List<Month> months,
      List<Row> rows,
      List<Cell> cells,
      double[][][] pathCosts,
      List<String> notes,
      List<String> partial) {
    this.tenant = tenant;
    this.asOf = asOf;
    this.book = book;
    this.months = List.copyOf(months);
    this.rows = List.copyOf(rows);
    this.cells = List.copyOf(cells);
    this.pathCosts = pathCosts;
    this.notes = List.copyOf(notes);
    this.partial = List.copyOf(partial);
  }

  /**
   * @param days of the calendar month
   * @param measuredDays of these are past and measured, not forecast
   * @param toDate what the measured days cost; 0 for a month to come
   */
  public record Month(YearMonth month, int days, int measuredDays, BigDecimal toDate) {}

  /**
   * What is paid for.
   *
   * @param isUnallocated bytes on disk that belong to no stream
   * @param stream empty when unallocated
   * @param isForecast whether its growth is forecast and not assumed
   * @param dataFrom first day that the figures rest on
   */
  public record Row(
      boolean isUnallocated,
      String stream,
      StreamAttributes attributes,
      boolean isForecast,
      LocalDate dataFrom,
      String method,
      List<String> notes) {
    /** For a table: the stream's name, or {@code unallocated}. */
    public String label() {
      return isUnallocated ? "unallocated" : stream;
    }
  }

  /**
   * One charge of one row in one month.
   *
   * @param quantity expected, in the price's unit
   * @param expected rounded to the currency's smallest coin
   */
  public record Cell(int row, Price price, int month, BigDecimal quantity, BigDecimal expected) {}

  /**
   * @param expected additive
   * @param median of the summed paths; absent when nothing in the cut is forecast
   * @param high their P90
   */
  public record Amounts(
      BigDecimal expected, Optional<BigDecimal> median, Optional<BigDecimal> high) {}

  /** Rows that share a key. */
  public record Group(String key, boolean isUnallocated, List<Integer> rows) {}

  /** What rows are grouped by. */
  public enum Grouping {
    STREAM,
    SERVICE
  }

  public TenantId tenant() {
    return tenant;
  }

  public Instant asOf() {
    return asOf;
  }

  public PriceBook book() {
    return book;
  }

  public List<Month> months() {
    return months;
  }

  /** Streams in a fixed order, then the unallocated row. */
  public List<Row> rows() {
    return rows;
  }

  public List<Cell> cells() {
    return cells;
  }

  public List<String> notes() {
    return notes;
  }

  /** Why something is not forecast; empty when everything is. */
  public List<String> partial() {
    return partial;
  }

  /**
   * Groups by key, highest expected cost first; unallocated bytes are a group of their own, last.
   */
  public List<Group> groups(Grouping by) {
    Map<String, List<Integer>> byKey = new LinkedHashMap<>();
    List<Group> groups = new ArrayList<>();
    Optional<Group> unallocated = Optional.empty();
    for (int r = 0; r < rows.size(); r++) {
      Row row = rows.get(r);
      if (row.isUnallocated()) {
        unallocated = Optional.of(new Group(row.label(), true, List.of(r)));
      } else {
        byKey.computeIfAbsent(key(by, row), _ -> new ArrayList<>()).add(r);
      }
    }
    byKey.forEach((key, members) -> groups.add(new Group(key, false, List.copyOf(members))));
    Map<Group, BigDecimal> expected = new LinkedHashMap<>();
    groups.forEach(group -> expected.put(group, amounts(group).expected()));
    groups.sort(
        (a, b) -> {
          int byCost = value(expected, b).compareTo(value(expected, a));
          return byCost != 0 ? byCost : a.key().compareTo(b.key());
        });
    unallocated.ifPresent(groups::add);
    return groups;
  }

  private static BigDecimal value(Map<Group, BigDecimal> map, Group group) {
    return map.getOrDefault(group, BigDecimal.ZERO);
  }

  private static String key(Grouping by, Row row) {
    return switch (by) {
      case STREAM -> row.stream();
      case SERVICE ->
          row.attributes().service().isEmpty() ? "(no service)" : row.attributes().service();
    };
  }

  /** A group over all months. */
  public Amounts amounts(Group group) {
    return amounts(group.rows()::contains, _ -> true);
  }

  /** A group in one month, by its index. */
  public Amounts amounts(Group group, int month) {
    return amounts(group.rows()::contains, m -> m == month);
  }

  /** Everything in one month. */
  public Amounts month(int month) {
    return amounts(_ -> true, m -> m == month);
  }

  /** The months after the current one. */
  public Amounts ahead() {
    return amounts(_ -> true, m -> m > 0);
  }

  public Amounts total() {
    return amounts(_ -> true, _ -> true);
  }

  private Amounts amounts(IntPredicate isRow, IntPredicate isMonth) {
    BigDecimal expected = zero();
    for (Cell cell : cells) {
      if (isRow.test(cell.row()) && isMonth.test(cell.month())) {
        expected = expected.add(cell.expected());
      }
    }
    boolean isForecast = false;
    double[] sums = new double[pathCosts.length == 0 ? 0 : pathCosts[0][0].length];
    for (int r = 0; r < rows.size(); r++) {
      if (isRow.test(r)) {
        isForecast |= rows.get(r).isForecast();
        addPaths(sums, pathCosts[r], isMonth);
      }
    }
    return isForecast
        ? new Amounts(expected, Optional.of(quantile(sums, 0.5)), Optional.of(quantile(sums, 0.9)))
        : new Amounts(expected, Optional.empty(), Optional.empty());
  }

  private static void addPaths(double[] sums, double[][] byMonth, IntPredicate isMonth) {
    for (int m = 0; m < byMonth.length; m++) {
      if (isMonth.test(m)) {
        for (int p = 0; p < sums.length; p++) {
          sums[p] += byMonth[m][p];
        }
      }
    }
  }

  private BigDecimal quantile(double[] values, double probability) {
    return BigDecimal.valueOf(Quantiles.of(values, probability))
        .setScale(book.decimals(), RoundingMode.HALF_EVEN);
  }

  private BigDecimal zero() {
    return BigDecimal.ZERO.setScale(book.decimals());
  }
}
