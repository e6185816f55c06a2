package dev.headroom.forecast.capacity;

import dev.headroom.forecast.series.Basis;
import dev.headroom.storage.model.Labels;
import java.util.List;

/**
 * Something that runs out. One entry covers a fleet: every combination of values of {@code groupBy}
 * is planned by itself.
 *
 * @param name for people; {@code {label}} stands for the value of a label in {@code groupBy}, an
 *     instance's without its port
 * @param usage PromQL of what is taken; series of one group are added up instant by instant
 * @param unit {@link #BYTES}, {@code cores}, {@link #RATIO}, or any other word
 * @param basis what of each day counts
 * @param target share of the usable capacity that planners want to stay below
 * @param reserve never planned with
 * @param leadTime from order to use
 * @param review how long until somebody looks again
 * @param actOn which limit the order-by date is counted back from
 * @param owner who acts; may be empty
 */
public record Resource(
    String name,
    ResourceKind kind,
    String usage,
    Capacity capacity,
    String unit,
    Basis basis,
    double target,
    Reserve reserve,
    DaySpan leadTime,
    DaySpan review,
    Limit actOn,
    String owner,
    List<String> groupBy) {
  public static final String BYTES = "bytes";

  /** 0 to 1, shown as per cent. */
  public static final String RATIO = "ratio";

  public static final DaySpan DEFAULT_LEAD_TIME = DaySpan.working(10);
  public static final DaySpan DEFAULT_REVIEW = DaySpan.working(5);

  public Resource {
    if (!(target > 0 && target <= 1)) {
      throw new IllegalArgumentException("target must be above 0 and at most 1, got " + target);
    }
    groupBy = List.copyOf(groupBy);
  }

  /** A resource with the defaults of its kind. */
  static Resource of(
      String name,
      ResourceKind kind,
      String usage,
      Capacity capacity,
      String unit,
      List<String> groupBy) {
    return new Resource(
        name,
        kind,
        usage,
        capacity,
        unit,
        kind.basis(),
        kind.target(),
        Reserve.NONE,
        DEFAULT_LEAD_TIME,
        DEFAULT_REVIEW,
        kind.actOn(),
        "",
        groupBy);
  }

  /** This with another name. */
  Resource named(String text) {
    return new Resource(
        text, kind, usage, capacity, unit, basis, target, reserve, leadTime, review, actOn, owner,
        groupBy);
  }

  /** The name of one member of the fleet. */
  public String nameOf(Labels group) {
    String text = name;
    for (String label : groupBy) {
      String value = group.get(label);
      text = text.replace("{" + label + "}", label.equals("instance") ? host(value) : value);
    }
    return text;
  }

  /** The address of a scraped process without its port. */
  private static String host(String instance) {
    int colon = instance.lastIndexOf(':');
    boolean isPort =
        colon > 0 && instance.substring(colon + 1).chars().allMatch(Character::isDigit);
    return isPort ? instance.substring(0, colon) : instance;
  }

  /** PromQL that gives one series a group. */
  String groupedUsage() {
    return groupBy.isEmpty()
        ? "sum(" + usage + ")"
        : "sum by (" + String.join(", ", groupBy) + ") (" + usage + ")";
  }
}
