package dev.headroom.forecast.report;

import dev.headroom.forecast.cost.CostForecast;
import dev.headroom.forecast.cost.CostForecast.Amounts;
import dev.headroom.forecast.cost.CostForecast.Group;
import dev.headroom.forecast.cost.CostForecast.Grouping;
import dev.headroom.forecast.cost.CostForecast.Month;
import dev.headroom.forecast.cost.PriceBook;
import dev.headroom.forecast.report.Table.Align;
import dev.headroom.forecast.report.Table.Column;
import dev.headroom.forecast.report.Table.Emphasis;
import dev.headroom.forecast.report.Table.Place;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cost forecast as a report. */
final class CostReport {
  /** What the report is cut by. */
  enum By {
    STREAM(Grouping.STREAM, "stream"),
    SERVICE(Grouping.SERVICE, "service"),
    MONTH(Grouping.STREAM, "stream");

    private final Grouping grouping;
    private final String what;

    By(Grouping grouping, String what) {
      this.grouping = grouping;
      this.what = what;
    }
  }

  private final CostForecast cost;
  private final By by;
  private final List<Group> groups;
  private final String currency;

  private CostReport(CostForecast cost, By by) {
    this.cost = cost;
    this.by = by;
    this.groups = cost.groups(by.grouping);
    this.currency = cost.book().currency().getCurrencyCode();
  }

  static Report of(CostForecast cost, By by) {
    return new CostReport(cost, by).report();
  }

  private Report report() {
    PriceBook book = cost.book();
    List<Report.Fact> facts =
        List.of(
            new Report.Fact("tenant", "Tenant", cost.tenant().value()),
            new Report.Fact("asOfText", "As of", Words.moment(cost.asOf())),
            new Report.Fact("currency", "Currency", currency + ", taxes excluded"),
            new Report.Fact("priceBook", "Price book", book.version()),
            new Report.Fact(
                "priceSource",
                "Prices",
                book.source() + ", recorded " + Words.day(book.recordedAt())));
    List<Report.Section> sections = new ArrayList<>();
    sections.add(new Report.Tabular(monthTable(), false));
    if (by != By.MONTH) {
      sections.add(new Report.Tabular(groupTable(), false));
    }
    sections.add(CostCharts.of(cost, groups, by.what));
    sections.add(new Report.Tabular(costTable(), true));
    sections.add(new Report.Tabular(chargeTable(), true));
    return new Report(
        "cost",
        "Retention cost report",
        cost.asOf(),
        facts,
        headlines(),
        sections,
        "costs",
        rules(),
        cost.partial());
  }

  static List<String> monthLabels(CostForecast cost) {
    return cost.months().stream().map(month -> Words.month(month.month())).toList();
  }

  private List<Report.Headline> headlines() {
    List<Report.Headline> headlines = new ArrayList<>();
    Month first = cost.months().getFirst();
    Month last = cost.months().getLast();
    Amounts ahead = cost.ahead();
    headlines.add(
        new Report.Headline(
            Report.Tone.CALM,
            money(ahead.expected())
                + " expected for "
                + Words.months(cost.months().get(1).month(), last.month())
                + ahead.high().map(high -> "; high (P90) " + money(high)).orElse(""),
            range(ahead)));
    Amounts current = cost.month(0);
    headlines.add(
        new Report.Headline(
            Report.Tone.CALM,
            Words.month(first.month())
                + " ends at "
                + money(current.expected())
                + " expected"
                + current.high().map(high -> ", high (P90) " + money(high)).orElse(""),
            first.measuredDays()
                + " of "
                + first.days()
                + " days are measured: "
                + money(first.toDate())
                + " so far."));
    mostExpensive().ifPresent(headlines::add);
    return headlines;
  }

  private static String range(Amounts amounts) {
    return amounts.median().isPresent()
        ? "In 9 of 10 cases it stays at or below the high. Both come from the summed paths of all"
            + " streams."
        : "No interval: no stream has enough history for a forecast yet.";
  }

  private Optional<Report.Headline> mostExpensive() {
    BigDecimal total = cost.total().expected();
    Group group = groups.getFirst();
    if (group.isUnallocated() || total.signum() == 0) {
      return Optional.empty();
    }
    double share = cost.amounts(group).expected().doubleValue() / total.doubleValue();
    return Optional.of(
        new Report.Headline(
            Report.Tone.CALM,
            "Most of it: "
                + by.what
                + " "
                + group.key()
                + ", "
                + money(cost.amounts(group).expected())
                + " or "
                + CellText.percent(share)
                + " of all months shown",
            ""));
  }

  private String money(BigDecimal amount) {
    return currency + " " + CellText.grouped(amount);
  }

  private Cell cell(BigDecimal amount) {
    return new Cell.Money(amount, cost.book().currency());
  }

  private Cell cell(Optional<BigDecimal> amount) {
    return amount.<Cell>map(this::cell).orElse(new Cell.Missing("too little history"));
  }

  private Table monthTable() {
    List<Column> columns =
        List.of(
            text("month", "Month", "calendar month, UTC"),
            roomy("measuredDays", "Days measured", "past days, measured and not forecast"),
            roomy("days", "Days", "of the month"),
            number("toDate", "To date, " + currency, "what the measured days cost"),
            number("expected", "Expected, " + currency, "mean over the paths; adds up"),
            number("median", "Median, " + currency, "P50 of the summed paths; never to be added"),
            number("high", "High (P90), " + currency, "of the summed paths; never to be added"));
    List<Table.Row> rows = new ArrayList<>();
    for (int m = 0; m < cost.months().size(); m++) {
      Month month = cost.months().get(m);
      Amounts amounts = cost.month(m);
      rows.add(
          new Table.Row(
              Emphasis.NONE,
              List.of(
                  new Cell.Text(Words.month(month.month())),
                  new Cell.Count(month.measuredDays()),
                  new Cell.Count(month.days()),
                  month.measuredDays() == 0 ? Cell.EMPTY : cell(month.toDate()),
                  cell(amounts.expected()),
                  cell(amounts.median()),
                  cell(amounts.high()))));
    }
    Amounts total = cost.total();
    rows.add(
        new Table.Row(
            Emphasis.TOTAL,
            List.of(
                new Cell.Text("All months"),
                Cell.EMPTY,
                Cell.EMPTY,
                Cell.EMPTY,
                cell(total.expected()),
                cell(total.median()),
                cell(total.high()))));
    return new Table(
        "months",
        "By month",
        "Only expected amounts add up; the median and high of a total are those of its summed"
            + " paths.",
        columns,
        rows);
  }

  private Table groupTable() {
    List<Column> columns = new ArrayList<>();
    columns.add(text(by.what, by == By.SERVICE ? "Service" : "Stream", "who pays"));
    for (Month month : cost.months()) {
      columns.add(
          roomy(
              month.month().toString(),
              Words.month(month.month()),
              "expected, " + currency + "; adds up"));
    }
    columns.add(number("expected", "Expected", "all months, " + currency + "; adds up"));
    columns.add(
        new Column(
            "median",
            "Median",
            "P50 of the summed paths, " + currency + "; never to be added",
            Align.NUMBER,
            Place.WIDE));
    columns.add(
        number("high", "High (P90)", "of the summed paths, " + currency + "; never to be added"));
    List<Table.Row> rows = new ArrayList<>();
    for (Group group : groups) {
      List<Cell> cells = new ArrayList<>();
      cells.add(new Cell.Text(group.key()));
      for (int m = 0; m < cost.months().size(); m++) {
        cells.add(cell(cost.amounts(group, m).expected()));
      }
      add(cells, cost.amounts(group), group.isUnallocated());
      rows.add(new Table.Row(Emphasis.NONE, cells));
    }
    List<Cell> total = new ArrayList<>();
    total.add(new Cell.Text("Total"));
    for (int m = 0; m < cost.months().size(); m++) {
      total.add(cell(cost.month(m).expected()));
    }
    add(total, cost.total(), false);
    rows.add(new Table.Row(Emphasis.TOTAL, total));
    return new Table(
        by == By.SERVICE ? "services" : "streams",
        "By " + by.what + ", " + currency,
        "Months and “expected” are expected amounts and add up to the cent, down and across. Median"
            + " and high are for all months together. Unallocated is what lies on the disk and"
            + " belongs to no stream.",
        columns,
        rows);
  }

  private void add(List<Cell> cells, Amounts amounts, boolean isUnallocated) {
    cells.add(cell(amounts.expected()));
    cells.add(isUnallocated ? Cell.EMPTY : cell(amounts.median()));
    cells.add(isUnallocated ? Cell.EMPTY : cell(amounts.high()));
  }

  /** One row a month and group, and a total a month: what a spreadsheet wants. */
  private Table costTable() {
    List<Column> columns =
        List.of(
            text("row", "Row", "part, unallocated or total; parts and unallocated add to total"),
            text("month", "Month", "calendar month, UTC"),
            text(by.what, by == By.SERVICE ? "Service" : "Stream", "who pays"),
            number("expected", "Expected", "adds up"),
            number("median", "Median", "never to be added"),
            number("high", "High (P90)", "never to be added"),
            text("currency", "Currency", "ISO 4217"),
            number("measuredDays", "Days measured", "of the month"),
            number("days", "Days", "of the month"),
            text("method", "Method", "how the growth is forecast"),
            text("dataFrom", "Data from", "first day that the figures rest on"),
            text("priceBook", "Price book", "its id and fingerprint"),
            text("notes", "Notes", ""));
    List<Table.Row> rows = new ArrayList<>();
    for (int m = 0; m < cost.months().size(); m++) {
      if (by != By.MONTH) {
        for (Group group : groups) {
          String kind = group.isUnallocated() ? "unallocated" : "part";
          rows.add(costRow(kind, m, group.key(), cost.amounts(group, m), group.rows()));
        }
      }
      rows.add(costRow("total", m, "", cost.month(m), List.of()));
    }
    return new Table("costs", "By month and " + by.what, "", columns, rows);
  }

  private Table.Row costRow(
      String kind, int month, String key, Amounts amounts, List<Integer> members) {
    Month of = cost.months().get(month);
    Optional<CostForecast.Row> only =
        members.size() == 1 ? Optional.of(cost.rows().get(members.getFirst())) : Optional.empty();
    return new Table.Row(
        kind.equals("total") ? Emphasis.TOTAL : Emphasis.NONE,
        List.of(
            new Cell.Text(kind),
            new Cell.Text(of.month().toString()),
            new Cell.Text(key),
            cell(amounts.expected()),
            kind.equals("unallocated") ? Cell.EMPTY : cell(amounts.median()),
            kind.equals("unallocated") ? Cell.EMPTY : cell(amounts.high()),
            new Cell.Text(currency),
            new Cell.Count(of.measuredDays()),
            new Cell.Count(of.days()),
            new Cell.Text(only.map(CostForecast.Row::method).orElse("sum of paths")),
            members.stream()
                .map(r -> cost.rows().get(r).dataFrom())
                .min(java.util.Comparator.naturalOrder())
                .<Cell>map(Cell.Day::new)
                .orElse(Cell.EMPTY),
            new Cell.Text(cost.book().version()),
            new Cell.Text(only.map(row -> String.join("; ", row.notes())).orElse(""))));
  }

  /** Every cell that money is made of. */
  private Table chargeTable() {
    List<Column> columns =
        List.of(
            text("month", "Month", "calendar month, UTC"),
            text("stream", "Stream", "who pays"),
            text("charge", "Charge", "name of the price"),
            text("meter", "Meter", "what is counted"),
            text("tier", "Tier", "which ages; empty for all"),
            number("quantity", "Quantity", "expected"),
            number("unitPrice", "Price of the first unit", "list price, " + currency),
            number("expected", "Expected, " + currency, "adds up"));
    List<Table.Row> rows = new ArrayList<>();
    for (CostForecast.Cell cell : cost.cells()) {
      if (cell.quantity().signum() == 0) {
        continue;
      }
      rows.add(
          new Table.Row(
              Emphasis.NONE,
              List.of(
                  new Cell.Text(cost.months().get(cell.month()).month().toString()),
                  new Cell.Text(cost.rows().get(cell.row()).label()),
                  new Cell.Text(cell.price().name()),
                  new Cell.Text(cell.price().meter().label()),
                  new Cell.Text(tier(cell)),
                  new Cell.Exact(cell.quantity(), cell.price().unit().label()),
                  cell(cell.price().steps().getFirst().price()),
                  cell(cell.expected()))));
    }
    return new Table("charges", "Every charge", "", columns, rows);
  }

  private String tier(CostForecast.Cell cell) {
    String name = cell.price().tier().orElse("");
    boolean isModelled =
        cost.book().tiers().stream().anyMatch(t -> t.name().equals(name) && t.isModelled());
    return isModelled ? name + " (modelled)" : name;
  }

  private List<String> rules() {
    List<String> rules = new ArrayList<>(cost.notes());
    rules.addAll(
        List.of(
            "Expected is the mean over the sample paths. It adds up: each month's total is rounded"
                + " once, half to even, and its cents are allocated to streams and charges by"
                + " largest remainder; all other expected amounts are sums of those.",
            "Median and high (P90) are quantiles of summed paths. They never add; a total's high is"
                + " less than the sum of the parts' highs unless all rise together.",
            "A GB-month is 10^9 bytes (a GiB-month 2^30) kept for a calendar month: the average of"
                + " the daily stock over the month's days. A day's stock is what is held when the"
                + " UTC day ends. One copy is counted.",
            "Stored bytes follow daily cohorts of event days: what retention will delete is deleted"
                + " in the forecast, so a stream younger than its retention levels off.",
            "Past days of this month are measured: the ledger's last reading of each day, and the"
                + " bytes and records that came in by event day.",
            "Raw bytes are counted after decompression, wire bytes as they came. Graduated prices"
                + " apply to the account's month and are allocated by quantity.",
            "Unallocated bytes are held at today's level and priced as stored bytes.",
            "Prices are list prices from the price book named above; nothing here is a quote."));
    return rules;
  }

  private static Column text(String id, String label, String meaning) {
    return new Column(id, label, meaning, Align.TEXT, Place.EVERYWHERE);
  }

  private static Column roomy(String id, String label, String meaning) {
    return new Column(id, label, meaning, Align.NUMBER, Place.ROOMY);
  }

  private static Column number(String id, String label, String meaning) {
    return new Column(id, label, meaning, Align.NUMBER, Place.EVERYWHERE);
  }
}
