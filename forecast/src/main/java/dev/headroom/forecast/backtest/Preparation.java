package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.History;
import dev.headroom.forecast.series.Gaps;
import dev.headroom.forecast.series.LevelShift;
import dev.headroom.forecast.series.Outliers;
import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.forecast.series.SeasonalShape;
import dev.headroom.forecast.series.Seasonality;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A series made ready for models.
 *
 * @param history clipped, moved to the last level, short gaps filled
 * @param actual as measured, only moved to the last level: what backtests are judged by
 * @param notes what was done, for people
 */
record Preparation(History history, double[] actual, List<String> notes) {
  private static final long DAY = 86_400_000;
  private static final int LEAST_WINDOW = 8;

  /** Longer gaps are stepped over and not filled. */
  private static final int LONGEST_GAP_WITHOUT_SEASON = 5;

  private static final int NAMED = 3;

  /**
   * @param series first and last value known
   */
  static Preparation of(RegularSeries series) {
    List<String> notes = new ArrayList<>();
    double[] raw = series.values();
    double[] bridged = Gaps.fill(raw, SeasonalShape.fit(raw, new int[0]), raw.length);
    int[] periods = Seasonality.detect(bridged, series.stepMillis());
    Outliers outliers = Outliers.clip(raw, SeasonalShape.fit(raw, periods));
    note(outliers, series, notes);
    double[] clipped = outliers.values();
    SeasonalShape shape = SeasonalShape.fit(clipped, periods);
    int season = periods.length == 0 ? 1 : periods[periods.length - 1];
    int window = Math.max(LEAST_WINDOW, Math.min(season, raw.length / 4));
    List<LevelShift> shifts = LevelShift.find(shape.adjust(clipped), window);
    note(shifts, series, notes);
    double[] levelled = LevelShift.remove(clipped, shifts);
    SeasonalShape levelShape = SeasonalShape.fit(levelled, periods);
    int gap = periods.length == 0 ? LONGEST_GAP_WITHOUT_SEASON : periods[0];
    double[] filled = Gaps.fill(levelled, levelShape, gap);
    int missing = Gaps.count(raw);
    if (missing > 0) {
      notes.add(missing + " of " + raw.length + " steps have no value");
    }
    return new Preparation(
        History.of(filled, periods), LevelShift.remove(raw, shifts), List.copyOf(notes));
  }

  private static void note(Outliers outliers, RegularSeries series, List<String> notes) {
    int count = outliers.at().length;
    if (count > 0) {
      StringBuilder text = new StringBuilder();
      text.append(count).append(count == 1 ? " outlier" : " outliers").append(" clipped (");
      int[] last = Arrays.copyOfRange(outliers.at(), Math.max(0, count - NAMED), count);
      text.append(count > NAMED ? "the last on " : "on ");
      for (int i = 0; i < last.length; i++) {
        text.append(i == 0 ? "" : ", ").append(date(series, last[i]));
      }
      notes.add(text.append(')').toString());
    }
  }

  private static void note(List<LevelShift> shifts, RegularSeries series, List<String> notes) {
    for (LevelShift shift : shifts) {
      notes.add(
          "level shift "
              + (shift.size() > 0 ? "up" : "down")
              + " on "
              + date(series, shift.at())
              + "; what was before is moved to the new level, and intervals hold no other shift");
    }
  }

  private static String date(RegularSeries series, int step) {
    Instant instant = Instant.ofEpochMilli(series.timeMillis(step));
    return series.stepMillis() % DAY == 0
        ? instant.atZone(ZoneOffset.UTC).toLocalDate().toString()
        : instant.toString();
  }
}
