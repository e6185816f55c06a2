package dev.headroom.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in columns; the last column gives way when the terminal is narrow. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();

  TextTable(String... headings) {
    row(headings);
  }

  void row(String... cells) {
    rows.add(Arrays.stream(cells).map(Terminal::safe).toArray(String[]::new));
  }

  void print(PrintWriter out, int columns) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      out.println(Terminal.fit(line(row, widths), columns).stripTrailing());
    }
  }

  private static String line(String[] row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      line.append(row[i]);
      if (i < row.length - 1) {
        line.repeat(' ', widths[i] - row[i].length()).append(GAP);
      }
    }
    return line.toString();
  }
}
