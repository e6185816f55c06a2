package dev.headroom.query.promql;

/** Differences over a window: of counters, which start again at zero, and of gauges. */
final class CounterFunctions {
  /**
   * A gap at an end of the window up to this many times the average distance of samples is taken to
   * be covered by the series; beyond it, the series is taken to reach half a distance further.
   */
  private static final double MAX_GAP = 1.1;

  static double rate(Window window) {
    double increase = extrapolated(window, true);
    return Row.isAbsent(increase) ? increase : increase / window.rangeSeconds();
  }

  static double increase(Window window) {
    return extrapolated(window, true);
  }

  static double delta(Window window) {
    return extrapolated(window, false);
  }

  /** The difference between the first and the last sample, stretched to the whole window. */
  private static double extrapolated(Window window, boolean counter) {
    if (window.size() < 2) {
      return Row.ABSENT;
    }
    double difference = window.lastValue() - window.firstValue();
    if (counter) {
      difference += resetSum(window);
    }
    double covered = (window.lastTime() - window.firstTime()) / 1000.0;
    double distance = covered / (window.size() - 1);
    double toStart = (window.firstTime() - window.startMillis()) / 1000.0;
    double toEnd = (window.endMillis() - window.lastTime()) / 1000.0;
    if (toStart >= distance * MAX_GAP) {
      toStart = distance / 2;
    }
    if (counter && difference > 0 && window.firstValue() >= 0) {
      // a counter is not extrapolated to below zero
      toStart = Math.min(toStart, covered * (window.firstValue() / difference));
    }
    if (toEnd >= distance * MAX_GAP) {
      toEnd = distance / 2;
    }
    return difference * ((covered + toStart + toEnd) / covered);
  }

  private static double resetSum(Window window) {
    double sum = 0;
    for (int i = 1; i < window.size(); i++) {
      if (window.value(i) < window.value(i - 1)) {
        sum += window.value(i - 1);
      }
    }
    return sum;
  }

  static double instantRate(Window window) {
    return instant(window, true);
  }

  static double instantDelta(Window window) {
    return instant(window, false);
  }

  private static double instant(Window window, boolean rate) {
    int last = window.size() - 1;
    if (last < 1) {
      return Row.ABSENT;
    }
    double previous = window.value(last - 1);
    double now = window.value(last);
    if (!rate) {
      return now - previous;
    }
    double seconds = (window.time(last) - window.time(last - 1)) / 1000.0;
    return (now < previous ? now : now - previous) / seconds;
  }

  static double resets(Window window) {
    int count = 0;
    for (int i = 1; i < window.size(); i++) {
      if (window.value(i) < window.value(i - 1)) {
        count++;
      }
    }
    return count;
  }

  static double changes(Window window) {
    int count = 0;
    for (int i = 1; i < window.size(); i++) {
      double previous = window.value(i - 1);
      double now = window.value(i);
      if (now != previous && !(Double.isNaN(now) && Double.isNaN(previous))) {
        count++;
      }
    }
    return count;
  }

  private CounterFunctions() {}
}
