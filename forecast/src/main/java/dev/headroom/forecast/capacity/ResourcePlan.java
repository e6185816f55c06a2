package dev.headroom.forecast.capacity;

import dev.headroom.forecast.model.Forecast.Accuracy;
import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.storage.model.Labels;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalDouble;

/** What is known of one resource: a plan, or why there is none. */
public sealed interface ResourcePlan {
  Resource resource();

  String name();

  Labels group();

  /**
   * No dates can be given.
   *
   * @param usage the newest reading; absent when there is none
   * @param total capacity; absent when nothing says so
   * @param reason for people
   */
  record Unplanned(
      Resource resource,
      String name,
      Labels group,
      OptionalDouble usage,
      OptionalDouble total,
      String reason)
      implements ResourcePlan {}

  /**
   * All amounts are in the resource's unit.
   *
   * @param usageNow the newest reading where the last of a day counts, else the highest of the last
   *     7 days by the resource's basis
   * @param total capacity there is
   * @param usable capacity less the reserve
   * @param target the share of it to stay below
   * @param recommendedTotal capacity with which 90 % of all paths stay below the target all the way
   *     to the horizon
   * @param history what was forecast from, a value a day
   * @param outlook what is expected
   * @param firstForecastDay day of the outlook's first entry
   * @param notes of the forecast and of this plan
   */
  record Planned(
      Resource resource,
      String name,
      Labels group,
      double usageNow,
      double total,
      double usable,
      double target,
      Runway untilTarget,
      Runway untilUsable,
      OrderBy orderBy,
      double recommendedTotal,
      RegularSeries history,
      Outlook outlook,
      LocalDate firstForecastDay,
      List<String> notes)
      implements ResourcePlan {
    public Planned {
      notes = List.copyOf(notes);
    }

    /** The runway that the order-by date is counted back from. */
    public Runway runway() {
      return switch (resource.actOn()) {
        case TARGET -> untilTarget;
        case USABLE -> untilUsable;
      };
    }

    /** What is free now; negative when the reserve is in use. */
    public double headroom() {
      return usable - usageNow;
    }

    /** How much to add; 0 when what there is suffices. */
    public double recommendedExtra() {
      return Math.max(0, recommendedTotal - total);
    }
  }

  /**
   * Quantiles of each day, not to be added.
   *
   * @param testedDays how far the forecast was checked against the past
   */
  record Outlook(
      String method,
      double[] p10,
      double[] median,
      double[] p90,
      int testedDays,
      Accuracy accuracy) {}
}
