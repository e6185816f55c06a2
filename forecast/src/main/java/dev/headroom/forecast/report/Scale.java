package dev.headroom.forecast.report;

import java.util.Locale;

/** A straight map from [low, high] to pixels. */
record Scale(double low, double high, double fromPixel, double toPixel) {
  /** Of an empty or single range: one that puts its value in the middle. */
  static Scale of(double low, double high, double fromPixel, double toPixel) {
    if (!(low <= high)) {
      return new Scale(0, 1, fromPixel, toPixel);
    }
    if (low == high) {
      double half = low == 0 ? 1 : Math.abs(low) * 0.1;
      return new Scale(low - half, high + half, fromPixel, toPixel);
    }
    return new Scale(low, high, fromPixel, toPixel);
  }

  double at(double value) {
    return fromPixel + (value - low) / (high - low) * (toPixel - fromPixel);
  }

  /** A tenth of a pixel is enough. */
  static String pixels(double position) {
    double rounded = Math.rint(position * 10) / 10;
    return rounded == Math.rint(rounded)
        ? Long.toString((long) rounded)
        : String.format(Locale.ROOT, "%.1f", rounded);
  }
}
