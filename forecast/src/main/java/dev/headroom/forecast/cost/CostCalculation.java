package dev.headroom.forecast.cost;

import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.TenantId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run from quantities to money. Quantities are whole bytes, byte-days or records on every path;
 * their mean over the paths and all expected money are decimals of 34 digits until each cell is
 * rounded by {@link CentAllocation}. The last row is what no stream owns.
 */
final class CostCalculation {
  private static final MathContext PRECISION = MathContext.DECIMAL128;

  private final PriceBook book;
  private final List<MonthDays> months;
  private final RetentionForecast forecast;
  private final StockReadings readings;
  private final long unallocatedBytes;
  private final List<StreamForecast> streams;
  private final int rows;
  private final int paths;
  private final List<Charge> charges = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int rebuiltDays;

  /** Quantities of one price in one month. */
  private static final class Charge {
    final Price price;
    final int month;
    final int[] steps;
    final long[] measured; // by row
    final long[][] ahead; // [row][path]

    Charge(Price price, int month, int[] steps, int rows, int paths) {
      this.price = price;
      this.month = month;
      this.steps = steps;
      this.measured = new long[rows];
      this.ahead = new long[rows][paths];
    }
  }

  CostCalculation(
      PriceBook book,
      List<MonthDays> months,
      RetentionForecast forecast,
      StockReadings readings,
      long unallocatedBytes) {
    this.book = book;
    this.months = months;
    this.forecast = forecast;
    this.readings = readings;
    this.unallocatedBytes = unallocatedBytes;
    this.streams = forecast.streams();
    this.rows = streams.size() + 1;
    this.paths = forecast.paths();
  }

  CostForecast forecast(TenantId tenant, Instant asOf) {
    for (int m = 0; m < months.size(); m++) {
      for (Price price : book.prices()) {
        addCharge(price, m);
      }
    }
    followStock();
    followFlows();
    return money(tenant, asOf);
  }

  private void addCharge(Price price, int month) {
    MonthDays days = months.get(month);
    int[] steps = days.steps(price);
    List<LocalDate> measured = days.measured(price);
    if (steps.length == 0 && measured.isEmpty()) {
      return;
    }
    Charge charge = new Charge(price, month, steps, rows, paths);
    for (LocalDate day : measured) {
      for (int s = 0; s < streams.size(); s++) {
        charge.measured[s] += measured(price, streams.get(s).history(), day);
      }
      charge.measured[rows - 1] += unallocated(price);
    }
    charges.add(charge);
  }

  private long unallocated(Price price) {
    boolean isYoungest =
        price.tier().isEmpty() || price.tier().get().equals(book.tiers().getFirst().name());
    return price.meter() == Meter.STORED && isYoungest ? unallocatedBytes : 0;
  }

  private long measured(Price price, StreamHistory history, LocalDate day) {
    if (price.meter() != Meter.STORED) {
      return history.amount(price.meter(), day);
    }
    long[] byTier = new long[book.tiers().size()];
    int[] starts = book.tierStarts();
    for (int age = 0; age <= history.ageDays(); age++) {
      byTier[tierOf(starts, age)] += history.cohortThen(day.minusDays(age));
    }
    long rebuilt = java.util.Arrays.stream(byTier).sum();
    long part = price.tier().isEmpty() ? rebuilt : byTier[tierIndex(price)];
    Long reading = readings.of(history.key().name(), day).orElse(null);
    if (reading == null) {
      rebuiltDays++;
      return part;
    }
    return rebuilt == 0
        ? (price.tier().isEmpty() || tierIndex(price) == 0 ? reading : 0)
        : part == rebuilt ? reading : (long) StrictMath.rint((double) reading * part / rebuilt);
  }

  private static int tierOf(int[] starts, int age) {
    int tier = starts.length - 1;
    while (starts[tier] > age) {
      tier--;
    }
    return tier;
  }

  private int tierIndex(Price price) {
    for (int t = 0; t < book.tiers().size(); t++) {
      if (book.tiers().get(t).name().equals(price.tier().orElse(""))) {
        return t;
      }
    }
    throw new IllegalStateException("price " + price.name() + " names no tier of its book");
  }

  private void followStock() {
    List<Charge> stocks =
        charges.stream().filter(charge -> charge.price.meter() == Meter.STORED).toList();
    if (stocks.isEmpty()) {
      return;
    }
    forecast.follow(
        book.tierStarts(),
        (path, stock) -> {
          for (Charge charge : stocks) {
            for (int s = 0; s < streams.size(); s++) {
              charge.ahead[s][path] = sum(charge, stock[s]);
            }
            charge.ahead[rows - 1][path] = unallocated(charge.price) * charge.steps.length;
          }
        });
  }

  private long sum(Charge charge, long[][] byTier) {
    long sum = 0;
    for (int tier = 0; tier < byTier.length; tier++) {
      if (charge.price.tier().isEmpty() || tier == tierIndex(charge.price)) {
        for (int step : charge.steps) {
          sum += byTier[tier][step];
        }
      }
    }
    return sum;
  }

  private void followFlows() {
    for (Charge charge : charges) {
      Meter meter = charge.price.meter();
      if (meter == Meter.STORED) {
        continue;
      }
      for (int s = 0; s < streams.size(); s++) {
        Map<Meter, Long> soFar = streams.get(s).soFar();
        for (int path = 0; path < paths; path++) {
          for (int step : charge.steps) {
            charge.ahead[s][path] += streams.get(s).added(meter, path, step, soFar);
          }
        }
      }
    }
  }

  /** Units of the price in an amount of a charge; byte-days are spread over the whole month. */
  private BigDecimal units(Charge charge, BigDecimal amount, long paths) {
    long days = charge.price.meter() == Meter.STORED ? months.get(charge.month).days() : 1;
    BigDecimal size =
        BigDecimal.valueOf(charge.price.unit().size())
            .multiply(BigDecimal.valueOf(days))
            .multiply(BigDecimal.valueOf(paths));
    return amount.divide(size, PRECISION);
  }

  private CostForecast money(TenantId tenant, Instant asOf) {
    List<CostForecast.Month> spans = new ArrayList<>();
    List<CostForecast.Cell> cells = new ArrayList<>();
    double[][][] pathCosts = new double[rows][months.size()][paths];
    for (int m = 0; m < months.size(); m++) {
      int month = m;
      List<Charge> ofMonth = charges.stream().filter(charge -> charge.month == month).toList();
      List<BigDecimal> quantities = new ArrayList<>();
      List<BigDecimal> exact = new ArrayList<>();
      BigDecimal toDate = BigDecimal.ZERO;
      for (Charge charge : ofMonth) {
        addExact(charge, quantities, exact, pathCosts);
        toDate = toDate.add(toDate(charge));
      }
      List<BigDecimal> rounded = CentAllocation.allocate(exact, book.decimals());
      for (int i = 0; i < rounded.size(); i++) {
        Price price = ofMonth.get(i / rows).price;
        cells.add(new CostForecast.Cell(i % rows, price, m, quantities.get(i), rounded.get(i)));
      }
      MonthDays days = months.get(m);
      spans.add(
          new CostForecast.Month(
              days.month(),
              days.days(),
              days.measuredDays(),
              toDate.setScale(book.decimals(), RoundingMode.HALF_EVEN)));
    }
    note();
    List<String> partial =
        forecast.isCutShort()
            ? List.of("the time allowed for this report ran out before every stream was forecast")
            : List.of();
    return new CostForecast(tenant, asOf, book, spans, rowList(), cells, pathCosts, notes, partial);
  }

  /** Expected quantity and money of every row, and the money on every path. */
  private void addExact(
      Charge charge, List<BigDecimal> quantities, List<BigDecimal> exact, double[][][] pathCosts) {
    List<BigDecimal> means = new ArrayList<>(rows);
    BigDecimal total = BigDecimal.ZERO;
    for (int r = 0; r < rows; r++) {
      BigInteger sum = BigInteger.valueOf(charge.measured[r]).multiply(BigInteger.valueOf(paths));
      for (long ahead : charge.ahead[r]) {
        sum = sum.add(BigInteger.valueOf(ahead));
      }
      means.add(units(charge, new BigDecimal(sum), paths));
      total = total.add(means.getLast());
    }
    double[] unitPrices = unitPrices(charge);
    BigDecimal unitPrice = expectedUnitPrice(charge, total);
    for (int r = 0; r < rows; r++) {
      quantities.add(means.get(r));
      exact.add(means.get(r).multiply(unitPrice));
      double perUnit = units(charge, BigDecimal.ONE, 1).doubleValue();
      double[] costs = pathCosts[r][charge.month];
      for (int path = 0; path < paths; path++) {
        costs[path] += (charge.measured[r] + charge.ahead[r][path]) * perUnit * unitPrices[path];
      }
    }
  }

  /** The expected cost of the whole account for each expected unit. */
  private BigDecimal expectedUnitPrice(Charge charge, BigDecimal expectedUnits) {
    Price price = charge.price;
    if (!price.isGraduated() || expectedUnits.signum() == 0) {
      return price.steps().getFirst().price();
    }
    BigDecimal cost = BigDecimal.ZERO;
    for (int path = 0; path < paths; path++) {
      cost = cost.add(price.cost(accountUnits(charge, path)));
    }
    return cost.divide(BigDecimal.valueOf(paths), PRECISION).divide(expectedUnits, PRECISION);
  }

  /** What a unit costs the whole account on each path. */
  private double[] unitPrices(Charge charge) {
    double[] prices = new double[paths];
    Price price = charge.price;
    for (int path = 0; path < paths; path++) {
      prices[path] = price.steps().getFirst().price().doubleValue();
      if (price.isGraduated()) {
        BigDecimal units = accountUnits(charge, path);
        if (units.signum() > 0) {
          prices[path] = price.cost(units).divide(units, PRECISION).doubleValue();
        }
      }
    }
    return prices;
  }

  private BigDecimal accountUnits(Charge charge, int path) {
    BigInteger sum = BigInteger.ZERO;
    for (int r = 0; r < rows; r++) {
      sum = sum.add(BigInteger.valueOf(charge.measured[r] + charge.ahead[r][path]));
    }
    return units(charge, new BigDecimal(sum), 1);
  }

  private BigDecimal toDate(Charge charge) {
    BigInteger sum = BigInteger.ZERO;
    for (long measured : charge.measured) {
      sum = sum.add(BigInteger.valueOf(measured));
    }
    return charge.price.cost(units(charge, new BigDecimal(sum), 1));
  }

  private List<CostForecast.Row> rowList() {
    List<CostForecast.Row> list = new ArrayList<>();
    for (StreamForecast stream : streams) {
      StreamHistory history = stream.history();
      List<String> all = new ArrayList<>(stream.notes());
      all.addAll(history.notes());
      list.add(
          new CostForecast.Row(
              false,
              history.key().name(),
              history.attributes(),
              stream instanceof StreamForecast.Modelled,
              history.firstDay(),
              stream.method(),
              all));
    }
    list.add(
        new CostForecast.Row(
            true,
            "",
            StreamAttributes.NONE,
            false,
            forecast.today(),
            "held at today's level",
            List.of("bytes on disk that belong to no stream: WAL, headers, manifests")));
    return list;
  }

  private void note() {
    readings
        .failure()
        .ifPresent(why -> notes.add("The ledger's own series could not be read: " + why + "."));
    if (rebuiltDays > 0) {
      notes.add(
          "Days of this month without a ledger reading are rebuilt from event days: what is held"
              + " now, and what came in for days deleted since.");
    }
    long assumed =
        streams.stream().filter(stream -> stream instanceof StreamForecast.Assumed).count();
    if (assumed > 0) {
      notes.add(
          (assumed == 1 ? "1 stream has" : assumed + " streams have")
              + " too little history for a forecast: the daily average so far is assumed to go on,"
              + " without an interval.");
    }
    for (Price price : book.prices()) {
      noteEnd(price);
    }
  }

  private void noteEnd(Price price) {
    LocalDate end = months.getLast().end();
    LocalDate to = price.validTo().orElse(end);
    boolean isContinued =
        book.prices().stream()
            .anyMatch(next -> next.name().equals(price.name()) && next.isValidOn(to));
    if (to.isBefore(end) && to.isAfter(forecast.today()) && !isContinued) {
      notes.add(
          "The price of "
              + price.name()
              + " ends before "
              + to
              + "; later days cost nothing here.");
    }
  }
}
