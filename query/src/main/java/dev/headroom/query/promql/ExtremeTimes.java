package dev.headroom.query.promql;

/** When a window's extreme was: the last time it was reached. */
final class ExtremeTimes {
  static double ofMin(Window window) {
    int at = 0;
    for (int i = 1; i < window.size(); i++) {
      if (window.value(i) <= window.value(at) || Double.isNaN(window.value(at))) {
        at = i;
      }
    }
    return window.time(at);
  }

  static double ofMax(Window window) {
    int at = 0;
    for (int i = 1; i < window.size(); i++) {
      if (window.value(i) >= window.value(at) || Double.isNaN(window.value(at))) {
        at = i;
      }
    }
    return window.time(at);
  }

  private ExtremeTimes() {}
}
