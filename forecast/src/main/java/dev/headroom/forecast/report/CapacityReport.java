package dev.headroom.forecast.report;

import dev.headroom.forecast.capacity.CapacityPlan;
import dev.headroom.forecast.capacity.Limit;
import dev.headroom.forecast.capacity.Resource;
import dev.headroom.forecast.capacity.ResourcePlan;
import dev.headroom.forecast.capacity.ResourcePlan.Planned;
import dev.headroom.forecast.capacity.ResourcePlan.Unplanned;
import dev.headroom.forecast.capacity.Runway;
import dev.headroom.forecast.capacity.StreamPlan;
import dev.headroom.forecast.report.Table.Align;
import dev.headroom.forecast.report.Table.Column;
import dev.headroom.forecast.report.Table.Emphasis;
import dev.headroom.forecast.report.Table.Place;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A capacity plan as a report. */
final class CapacityReport {
  private static final int MOST_HEADLINES = 5;

  /** One column of the table of resources. */
  private record ResourceColumn(
      Column column, Function<Planned, Cell> planned, Function<Unplanned, Cell> unplanned) {}

  static Report of(TenantId tenant, CapacityPlan plan) {
    LocalDate today = LocalDate.ofInstant(plan.asOf(), ZoneOffset.UTC);
    List<Report.Fact> facts =
        List.of(
            new Report.Fact("tenant", "Tenant", tenant.value()),
            new Report.Fact("asOfText", "As of", Words.moment(plan.asOf())),
            new Report.Fact(
                "horizon",
                "Horizon",
                Words.count(plan.horizonDays(), "day")
                    + ", to "
                    + Words.day(today.plusDays(plan.horizonDays() - 1L))),
            new Report.Fact("calendar", "Working days", plan.calendar().describe()));
    List<Report.Section> sections = new ArrayList<>();
    sections.add(new Report.Tabular(resources(plan), false));
    sections.add(CapacityCharts.of(plan));
    sections.add(new Report.Tabular(streams(plan), false));
    return new Report(
        "capacity",
        "Capacity report",
        plan.asOf(),
        facts,
        headlines(plan),
        sections,
        "resources",
        rules(plan),
        plan.partial());
  }

  private static List<Report.Headline> headlines(CapacityPlan plan) {
    List<Report.Headline> headlines = new ArrayList<>();
    for (ResourcePlan resource : plan.resources()) {
      if (resource instanceof Planned planned
          && planned.runway().early().isPresent()
          && headlines.size() < MOST_HEADLINES) {
        headlines.add(new CapacityWords(planned).headline());
      }
    }
    if (headlines.isEmpty()) {
      headlines.add(CapacityWords.calm(plan));
    }
    return headlines;
  }

  private static Table resources(CapacityPlan plan) {
    List<ResourceColumn> columns = columns(plan.horizonDays());
    List<Table.Row> rows = new ArrayList<>();
    for (ResourcePlan resource : plan.resources()) {
      rows.add(
          switch (resource) {
            case Planned planned ->
                new Table.Row(
                    emphasis(planned),
                    columns.stream().map(c -> c.planned().apply(planned)).toList());
            case Unplanned unplanned ->
                new Table.Row(
                    Emphasis.MUTED,
                    columns.stream().map(c -> c.unplanned().apply(unplanned)).toList());
          });
    }
    return new Table(
        "resources",
        "Resources, most urgent first",
        "Early, median and late are the days by which 10, 50 and 90 % of the sample paths reach the"
            + " limit. Order by is the early date less lead time and review.",
        columns.stream().map(ResourceColumn::column).toList(),
        rows);
  }

  private static Emphasis emphasis(Planned plan) {
    if (plan.runway().isReached() || plan.orderBy().isOverdue()) {
      return Emphasis.ALERT;
    }
    return plan.orderBy().day().isPresent() ? Emphasis.WARNING : Emphasis.NONE;
  }

  private static List<ResourceColumn> columns(int horizonDays) {
    List<ResourceColumn> all = new ArrayList<>();
    addNow(all);
    addDates(all, horizonDays);
    addData(all, horizonDays);
    return all;
  }

  private static void addNow(List<ResourceColumn> all) {
    all.add(
        column(
            text("resource", "Resource", "what runs out", Place.EVERYWHERE),
            p -> new Cell.Text(p.name()),
            u -> new Cell.Text(u.name())));
    all.add(
        column(
            roomy("usage", "In use", "newest reading of disks, highest of 7 days of peaks"),
            p -> CapacityWords.amount(p.resource(), p.usageNow()),
            u -> amount(u.resource(), u.usage())));
    all.add(
        column(
            roomy("limit", "Limit", "the line that dates are for: usable capacity, or the target"),
            p -> CapacityWords.amount(p.resource(), p.runway().limit()),
            u -> amount(u.resource(), u.total())));
    all.add(
        column(
            number("used", "Used", "share of the limit in use"),
            p -> new Cell.Share(p.usageNow() / p.runway().limit()),
            u -> Cell.EMPTY));
    all.add(
        column(
            new Column(
                "headroom",
                "Headroom",
                "usable capacity less what is in use",
                Align.NUMBER,
                Place.PAGE),
            p -> CapacityWords.amount(p.resource(), p.headroom()),
            u -> Cell.EMPTY));
  }

  private static void addDates(List<ResourceColumn> all, int horizonDays) {
    all.add(dated("early", "Early", "P10", Place.EVERYWHERE, p -> p.runway().early(), horizonDays));
    all.add(
        dated("median", "Median", "P50", Place.EVERYWHERE, p -> p.runway().median(), horizonDays));
    all.add(dated("late", "Late", "P90", Place.EVERYWHERE, p -> p.runway().late(), horizonDays));
    all.add(
        column(
            new Column(
                "chanceBeforeDelivery",
                "Risk",
                "chance that the limit is reached within lead time and review from today",
                Align.NUMBER,
                Place.WIDE),
            p -> new Cell.Share(p.orderBy().chance()),
            CapacityReport::missing));
    all.add(
        column(
            number("orderBy", "Order by", "early date less lead time and review, a working day"),
            p -> p.orderBy().day().<Cell>map(Cell.Day::new).orElse(Cell.EMPTY),
            CapacityReport::missing));
    all.add(
        column(
            new Column(
                "recommendedExtra",
                "Add",
                "so that 90 % of the paths stay below the target to the horizon",
                Align.NUMBER,
                Place.WIDE),
            p ->
                p.recommendedExtra() > 0
                    ? CapacityWords.amount(p.resource(), p.recommendedExtra())
                    : Cell.EMPTY,
            CapacityReport::missing));
  }

  private static void addData(List<ResourceColumn> all, int horizonDays) {
    all.add(data("status", p -> new Cell.Text(status(p)), u -> new Cell.Text("not planned")));
    all.add(data("reason", p -> Cell.EMPTY, u -> new Cell.Text(u.reason())));
    all.add(
        data(
            "kind",
            p -> new Cell.Text(p.resource().kind().label()),
            u -> new Cell.Text(u.resource().kind().label())));
    all.add(
        data(
            "labels",
            p -> new Cell.Text(labels(p.group())),
            u -> new Cell.Text(labels(u.group()))));
    all.add(
        data(
            "unit",
            p -> new Cell.Text(CapacityWords.amount(p.resource(), 0).unit()),
            u -> new Cell.Text(CapacityWords.amount(u.resource(), 0).unit())));
    all.add(
        data(
            "owner",
            p -> new Cell.Text(p.resource().owner()),
            u -> new Cell.Text(u.resource().owner())));
    all.add(
        data(
            "total",
            p -> CapacityWords.amount(p.resource(), p.total()),
            u -> amount(u.resource(), u.total())));
    all.add(ofPlan("usable", p -> CapacityWords.amount(p.resource(), p.usable())));
    all.add(ofPlan("target", p -> CapacityWords.amount(p.resource(), p.target())));
    all.add(ofPlan("actOn", p -> new Cell.Text(p.resource().actOn().label())));
    addBothRunways(all, horizonDays);
    all.add(
        ofPlan("recommendedTotal", p -> CapacityWords.amount(p.resource(), p.recommendedTotal())));
    all.add(ofPlan("reserve", p -> new Cell.Text(p.resource().reserve().describe())));
    all.add(ofPlan("leadTime", p -> new Cell.Text(p.resource().leadTime().toString())));
    all.add(ofPlan("review", p -> new Cell.Text(p.resource().review().toString())));
    all.add(
        ofPlan("basis", p -> new Cell.Text(p.resource().basis().name().toLowerCase(Locale.ROOT))));
    all.add(ofPlan("method", p -> new Cell.Text(p.outlook().method())));
    all.add(ofPlan("dataFrom", p -> new Cell.Day(day(p.history().startMillis()))));
    all.add(ofPlan("dataTo", p -> new Cell.Day(day(p.history().endMillis() - 1))));
    all.add(ofPlan("horizonDays", p -> new Cell.Count(horizonDays)));
    all.add(ofPlan("testedDays", CapacityReport::tested));
    all.add(ofPlan("mase", p -> measured(p.outlook().accuracy().mase())));
    all.add(ofPlan("coverage80", p -> measured(p.outlook().accuracy().coverage80())));
    all.add(ofPlan("notes", p -> new Cell.Text(String.join("; ", p.notes()))));
  }

  private static void addBothRunways(List<ResourceColumn> all, int horizonDays) {
    for (Limit limit : Limit.values()) {
      Function<Planned, Runway> runway =
          p -> limit == Limit.TARGET ? p.untilTarget() : p.untilUsable();
      all.add(
          dated(
              limit.label() + "Early",
              "",
              "",
              Place.DATA,
              p -> runway.apply(p).early(),
              horizonDays));
      all.add(
          dated(
              limit.label() + "Median",
              "",
              "",
              Place.DATA,
              p -> runway.apply(p).median(),
              horizonDays));
      all.add(
          dated(
              limit.label() + "Late",
              "",
              "",
              Place.DATA,
              p -> runway.apply(p).late(),
              horizonDays));
    }
  }

  private static Cell tested(Planned plan) {
    int days = plan.outlook().testedDays();
    return days == Integer.MAX_VALUE ? Cell.EMPTY : new Cell.Count(days);
  }

  private static Cell measured(double value) {
    return Double.isNaN(value) ? Cell.EMPTY : new Cell.Amount(value, "");
  }

  private static String status(Planned plan) {
    if (plan.runway().isReached()) {
      return "reached";
    }
    if (plan.orderBy().isOverdue()) {
      return "overdue";
    }
    return plan.orderBy().day().isPresent() ? "order" : "ok";
  }

  private static String labels(Labels labels) {
    return labels.isEmpty() ? "" : labels.toString();
  }

  private static LocalDate day(long millis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
  }

  private static Cell amount(Resource resource, OptionalDouble value) {
    return value.isPresent() ? CapacityWords.amount(resource, value.getAsDouble()) : Cell.EMPTY;
  }

  private static Cell missing(Unplanned plan) {
    return new Cell.Missing(plan.reason());
  }

  private static ResourceColumn column(
      Column column, Function<Planned, Cell> planned, Function<Unplanned, Cell> unplanned) {
    return new ResourceColumn(column, planned, unplanned);
  }

  private static ResourceColumn data(
      String id, Function<Planned, Cell> planned, Function<Unplanned, Cell> unplanned) {
    return column(text(id, id, "", Place.DATA), planned, unplanned);
  }

  private static ResourceColumn ofPlan(String id, Function<Planned, Cell> planned) {
    return data(id, planned, u -> Cell.EMPTY);
  }

  private static ResourceColumn dated(
      String id,
      String label,
      String quantile,
      Place place,
      Function<Planned, Optional<LocalDate>> day,
      int horizonDays) {
    return column(
        new Column(
            id, label, quantile + " of the day on which the limit is reached", Align.NUMBER, place),
        p -> day.apply(p).<Cell>map(Cell.Day::new).orElse(new Cell.BeyondHorizon(horizonDays)),
        CapacityReport::missing);
  }

  private static Column text(String id, String label, String meaning, Place place) {
    return new Column(id, label, meaning, Align.TEXT, place);
  }

  private static Column number(String id, String label, String meaning) {
    return new Column(id, label, meaning, Align.NUMBER, Place.EVERYWHERE);
  }

  private static Column roomy(String id, String label, String meaning) {
    return new Column(id, label, meaning, Align.NUMBER, Place.ROOMY);
  }

  private static Table streams(CapacityPlan plan) {
    List<Column> columns =
        List.of(
            text("stream", "Stream", "unit of retention and cost", Place.EVERYWHERE),
            text("service", "Service", "what it belongs to", Place.PAGE),
            number("stored", "Stored now", "bytes on disk, one copy"),
            roomy("dailyBytes", "A day adds", "expected bytes on disk of one event day"),
            new Column("retentionDays", "Kept, days", "from event time", Align.NUMBER, Place.ROOMY),
            new Column(
                "plateau",
                "Full retention",
                "from this day on as much is deleted as is kept of a day",
                Align.NUMBER,
                Place.WIDE),
            number("expected", "Expected", "mean of stored bytes at the horizon; adds up"),
            new Column("median", "Median", "P50 at the horizon", Align.NUMBER, Place.WIDE),
            number("high", "High", "P90 at the horizon; never to be added"),
            text("method", "method", "", Place.DATA),
            text("notes", "notes", "", Place.DATA));
    List<Table.Row> rows = new ArrayList<>();
    for (StreamPlan stream : plan.streams()) {
      rows.add(new Table.Row(Emphasis.NONE, cells(stream)));
    }
    return new Table(
        "streams",
        "Stored bytes by stream",
        "At the horizon, with what retention deletes until then deleted. Where the median is"
            + " missing, the daily average so far is assumed to go on.",
        columns,
        rows);
  }

  private static List<Cell> cells(StreamPlan stream) {
    Cell missing = new Cell.Missing("not enough data yet");
    return List.of(
        new Cell.Text(stream.stream()),
        new Cell.Text(stream.attributes().service()),
        new Cell.Amount(stream.storedNow(), "B"),
        new Cell.Amount(stream.dailyBytes(), "B"),
        new Cell.Count(stream.retentionDays()),
        stream.plateau().<Cell>map(Cell.Day::new).orElse(new Cell.Text("reached")),
        new Cell.Amount(stream.expected(), "B"),
        stream.median().isPresent() ? new Cell.Amount(stream.median().getAsDouble(), "B") : missing,
        stream.high().isPresent() ? new Cell.Amount(stream.high().getAsDouble(), "B") : missing,
        new Cell.Text(stream.method()),
        new Cell.Text(String.join("; ", stream.notes())));
  }

  private static List<String> rules(CapacityPlan plan) {
    return List.of(
        "A sample path reaches a limit on its first day at or above it. Early, median and late are"
            + " the first days by which at least 10, 50 and 90 % of all paths have. Where fewer"
            + " do within the horizon, the date is “not within "
            + Words.count(plan.horizonDays(), "day")
            + "”.",
        "Usable capacity is what there is less the reserve. A host's disk counts what ordinary"
            + " users may still write (avail, not free). The target is a share of the usable"
            + " capacity.",
        "A disk is planned until it is full (usable), everything else until its target; the"
            + " resource file can say otherwise. Both runways are in the CSV and JSON.",
        "Order by = early date − lead time − review, counted in working days where the resource"
            + " says so, and moved back to a working day. Working days: "
            + plan.calendar().describe()
            + ".",
        "Risk is the share of paths that reach the limit before an order placed after the next"
            + " review would arrive.",
        "Add is what brings the capacity to where 90 % of all paths stay below the target all the"
            + " way to the horizon.",
        "What of a day counts is the resource's basis: the highest reading for CPU and memory, the"
            + " last one for disks, unless the resource file says otherwise. Days are UTC days;"
            + " today is not over and is not used.",
        "KiB, MiB, GiB are powers of 1,024 bytes.");
  }

  private CapacityReport() {}
}
