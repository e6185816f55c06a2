package dev.headroom.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Counts by name as horizontal bars of text; at most so many, neighbours joined past it. */
final class BarChart {
  private static final int MAX_BARS = 24;

  private record Bar(String name, long count) {}

  private final List<Bar> bars = new ArrayList<>();

  void bar(String name, long count) {
    bars.add(new Bar(name, count));
  }

  void print(PrintWriter out, int columns) {
    List<Bar> shown = joined();
    long most = shown.stream().mapToLong(Bar::count).max().orElse(0);
    int nameWidth = shown.stream().mapToInt(bar -> bar.name.length()).max().orElse(0);
    int countWidth = String.format(Locale.ROOT, "%,d", most).length();
    int width = Math.max(10, columns - nameWidth - countWidth - 4);
    for (Bar bar : shown) {
      int length = most == 0 ? 0 : (int) Math.ceilDiv(bar.count * width, most);
      out.println(
          bar.name
              + " ".repeat(nameWidth - bar.name.length())
              + "  "
              + String.format(Locale.ROOT, "%," + countWidth + "d", bar.count)
              + "  "
              + "▇".repeat(length));
    }
  }

  private List<Bar> joined() {
    int each = Math.ceilDiv(bars.size(), MAX_BARS);
    if (each <= 1) {
      return bars;
    }
    List<Bar> joined = new ArrayList<>();
    for (int i = 0; i < bars.size(); i += each) {
      List<Bar> group = bars.subList(i, Math.min(i + each, bars.size()));
      joined.add(new Bar(group.getFirst().name, group.stream().mapToLong(Bar::count).sum()));
    }
    return joined;
  }
}
