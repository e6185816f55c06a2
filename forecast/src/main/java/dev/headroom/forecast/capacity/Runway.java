package dev.headroom.forecast.capacity;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * When usage reaches a limit, from sample paths. A path reaches the limit on its first day at or
 * above it, whether or not it falls below again. The early, median and late dates are the first
 * days by which at least 10, 50 and 90 % of all paths have done so; where fewer ever do, the date
 * is not within the horizon, and never the horizon's end.
 */
public final class Runway {
  private final double limit;
  private final LocalDate firstDay;
  private final int[] reachedBy; // paths that reached it up to and with each day
  private final int paths;
  private final boolean isReached;

  private Runway(double limit, LocalDate firstDay, int[] reachedBy, int paths, boolean isReached) {
    this.limit = limit;
    this.firstDay = firstDay;
    this.reachedBy = reachedBy;
    this.paths = paths;
    this.isReached = isReached;
  }

  /**
   * @param paths {@code [path][day]}, at least one
   * @param firstDay the day of step 0
   * @param usageNow at or above the limit, it is reached already and every date is the first day
   */
  public static Runway of(double[][] paths, LocalDate firstDay, double limit, double usageNow) {
    int horizon = paths[0].length;
    int[] reachedBy = new int[horizon];
    for (double[] path : paths) {
      int first = firstAtOrAbove(path, limit);
      if (first >= 0) {
        reachedBy[first]++;
      }
    }
    for (int h = 1; h < horizon; h++) {
      reachedBy[h] += reachedBy[h - 1];
    }
    return new Runway(limit, firstDay, reachedBy, paths.length, usageNow >= limit);
  }

  private static int firstAtOrAbove(double[] path, double limit) {
    for (int h = 0; h < path.length; h++) {
      if (path[h] >= limit) {
        return h;
      }
    }
    return -1;
  }

  public double limit() {
    return limit;
  }

  /** Whether usage is at or above the limit now. */
  public boolean isReached() {
    return isReached;
  }

  public int horizonDays() {
    return reachedBy.length;
  }

  /** P10 of the day on which the limit is reached; empty when it is not within the horizon. */
  public Optional<LocalDate> early() {
    return dayOf(0.1);
  }

  public Optional<LocalDate> median() {
    return dayOf(0.5);
  }

  /** P90. */
  public Optional<LocalDate> late() {
    return dayOf(0.9);
  }

  /** The first day by which at least this share of the paths has reached the limit. */
  public Optional<LocalDate> dayOf(double share) {
    if (isReached) {
      return Optional.of(firstDay);
    }
    int needed = Math.max(1, (int) StrictMath.ceil(share * paths - 1e-9));
    for (int h = 0; h < reachedBy.length; h++) {
      if (reachedBy[h] >= needed) {
        return Optional.of(firstDay.plusDays(h));
      }
    }
    return Optional.empty();
  }

  /** Share of paths that reach the limit up to and with the day; days past the horizon add none. */
  public double chanceBy(LocalDate day) {
    if (isReached) {
      return 1;
    }
    long h = Math.min(ChronoUnit.DAYS.between(firstDay, day), reachedBy.length - 1L);
    return h < 0 ? 0 : reachedBy[(int) h] / (double) paths;
  }

  /** Share of paths that reach the limit within the horizon. */
  public double chanceWithinHorizon() {
    return chanceBy(firstDay.plusDays(reachedBy.length));
  }
}
