package dev.headroom.forecast.report;

import dev.headroom.forecast.capacity.CapacityPlan;
import dev.headroom.forecast.capacity.Limit;
import dev.headroom.forecast.capacity.OrderBy;
import dev.headroom.forecast.capacity.Resource;
import dev.headroom.forecast.capacity.ResourceKind;
import dev.headroom.forecast.capacity.ResourcePlan.Planned;
import dev.headroom.forecast.capacity.Runway;
import java.time.LocalDate;
import java.util.Optional;

/** A plan in sentences: when, and what to do by which day. */
final class CapacityWords {
  private final Planned plan;
  private final Resource resource;
  private final Runway runway;

  CapacityWords(Planned plan) {
    this.plan = plan;
    this.resource = plan.resource();
    this.runway = plan.runway();
  }

  /** An amount in the resource's unit. */
  static Cell.Amount amount(Resource resource, double value) {
    return switch (resource.unit()) {
      case Resource.BYTES -> new Cell.Amount(value, "B");
      case Resource.RATIO -> new Cell.Amount(value * 100, "%");
      default -> new Cell.Amount(value, resource.unit());
    };
  }

  private String text(double value) {
    return CellText.of(amount(resource, value));
  }

  /** {@code target, 80 % of 16 cores}. */
  String limit() {
    return switch (resource.actOn()) {
      case TARGET ->
          "its target of " + CellText.percent(resource.target()) + " of " + text(plan.usable());
      case USABLE -> "its usable " + text(plan.usable());
    };
  }

  private boolean isFilling() {
    return resource.kind() == ResourceKind.DISK && resource.actOn() == Limit.USABLE;
  }

  Report.Headline headline() {
    boolean isAlert = runway.isReached() || plan.orderBy().isOverdue();
    return new Report.Headline(
        isAlert ? Report.Tone.ALERT : Report.Tone.WARNING, sentence(), detail());
  }

  private String sentence() {
    if (runway.isReached()) {
      return plan.name()
          + (isFilling() ? " is full: " : " is at or above " + limit() + ": ")
          + text(plan.usageNow())
          + " in use";
    }
    return plan.name() + (isFilling() ? " fills " : " reaches " + limit() + " ") + when() + order();
  }

  private String when() {
    Optional<LocalDate> early = runway.early();
    Optional<LocalDate> late = runway.late();
    if (early.isEmpty()) {
      return "not within " + Words.count(runway.horizonDays(), "day");
    }
    if (late.isEmpty()) {
      return "from " + Words.day(early.get()) + " (early)" + medianText();
    }
    return early.equals(late)
        ? "on " + Words.day(early.get())
        : "between " + Words.between(early.get(), late.get());
  }

  private String medianText() {
    String beyond = "not within " + Words.count(runway.horizonDays(), "day");
    return runway.median().isPresent()
        ? ", median " + Words.day(runway.median().get()) + ", late " + beyond
        : ", median " + beyond;
  }

  private String order() {
    OrderBy order = plan.orderBy();
    if (order.day().isEmpty()) {
      return "";
    }
    return order.isOverdue()
        ? "; the order was due " + Words.day(order.day().get())
        : "; order by " + Words.day(order.day().get());
  }

  private String detail() {
    StringBuilder text = new StringBuilder();
    if (plan.orderBy().isOverdue() && !runway.isReached()) {
      text.append("Overdue by ")
          .append(Words.count(plan.orderBy().overdueDays(), "day"))
          .append(". ");
    }
    if (runway.late().isPresent() && runway.median().isPresent() && !runway.isReached()) {
      text.append("Early ")
          .append(Words.day(runway.early().orElseThrow()))
          .append(", median ")
          .append(Words.day(runway.median().get()))
          .append(", late ")
          .append(Words.day(runway.late().get()))
          .append(". ");
    }
    text.append("Lead time ").append(resource.leadTime());
    text.append(", review ").append(resource.review()).append(". ");
    if (plan.recommendedExtra() > 0) {
      text.append("Add ")
          .append(text(plan.recommendedExtra()))
          .append(" to stay below ")
          .append(CellText.percent(resource.target()))
          .append(" for ")
          .append(Words.count(runway.horizonDays(), "day"))
          .append(" (P90).");
    }
    if (!resource.owner().isEmpty()) {
      text.append(" Owner: ").append(resource.owner()).append('.');
    }
    return text.toString().strip();
  }

  /** Where nothing is urgent. */
  static Report.Headline calm(CapacityPlan plan) {
    long planned = plan.resources().stream().filter(p -> p instanceof Planned).count();
    String horizon = Words.count(plan.horizonDays(), "day");
    if (plan.resources().isEmpty()) {
      return new Report.Headline(
          Report.Tone.CALM,
          "No resource is measured yet",
          "Send node-exporter metrics, or name resources in the resource file.");
    }
    if (planned == 0) {
      return new Report.Headline(
          Report.Tone.CALM,
          "Not enough data yet to say when anything runs out",
          "The table says for each resource what is missing.");
    }
    return new Report.Headline(
        Report.Tone.CALM,
        "Nothing reaches its limit within " + horizon,
        Words.count(planned, "resource")
            + " planned; fewer than 10 % of all paths of each reach the limit.");
  }
}
