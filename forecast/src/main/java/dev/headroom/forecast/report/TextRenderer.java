package dev.headroom.forecast.report;

import dev.headroom.storage.model.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A report for a terminal of a given width: headlines, aligned tables, and what is missing. */
final class TextRenderer {
  static final int MIN_WIDTH = 80;
  static final int MAX_WIDTH = 240;

  /** The first column is not cut below this. */
  private static final int MIN_FIRST = 16;

  private static final String GAP = "  ";

  private final StringBuilder out = new StringBuilder();
  private final int width;

  private TextRenderer(int width) {
    this.width = width;
  }

  static String render(Report report, int width) {
    return new TextRenderer(Math.clamp(width, MIN_WIDTH, MAX_WIDTH)).write(report);
  }

  private String write(Report report) {
    line(report.title());
    for (Report.Fact fact : report.facts()) {
      wrapped("  ", fact.label() + ": " + fact.value());
    }
    for (String reason : report.partial()) {
      wrapped("   ", "PARTIAL: " + reason);
    }
    line("");
    for (Report.Headline headline : report.headlines()) {
      wrapped(mark(headline.tone()), headline.text());
      wrapped("   ", headline.detail());
    }
    for (Report.Section section : report.sections()) {
      switch (section) {
        case Report.Tabular(Table table, boolean isFolded) -> {
          if (!isFolded && !table.rows().isEmpty()) {
            table(table);
          }
        }
        case Report.Charts _ -> {}
      }
    }
    return out.toString();
  }

  private static String mark(Report.Tone tone) {
    return switch (tone) {
      case ALERT -> "!! ";
      case WARNING -> "!  ";
      case CALM -> "   ";
    };
  }

  /** Words that fit the width; lines after the first are indented as far as the mark is wide. */
  private void wrapped(String mark, String text) {
    StringBuilder current = new StringBuilder(mark);
    for (String word : text.split(" ")) {
      if (current.length() + word.length() > width && current.length() > mark.length()) {
        line(current.toString());
        current.setLength(0);
        current.append(" ".repeat(mark.length()));
      }
      current.append(word).append(' ');
    }
    if (!text.isEmpty()) {
      line(current.toString());
    }
  }

  private void table(Table table) {
    List<Integer> shown = shown(table);
    int[] widths = fitted(table, shown);
    line("");
    line(table.title());
    header(table, shown, widths);
    for (Table.Row row : table.rows()) {
      if (row.emphasis() == Table.Emphasis.TOTAL) {
        line("-".repeat(total(widths)));
      }
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < shown.size(); i++) {
        Table.Column column = table.columns().get(shown.get(i));
        text.append(i == 0 ? "" : GAP)
            .append(pad(plain(row.cells().get(shown.get(i))), widths[i], column.align()));
      }
      line(text.toString());
    }
    reasons(table);
  }

  /** Columns that fit; the first column may be cut, others not. */
  private List<Integer> shown(Table table) {
    List<Integer> shown = List.of();
    for (Table.Place least : List.of(Table.Place.WIDE, Table.Place.ROOMY, Table.Place.EVERYWHERE)) {
      shown = new ArrayList<>();
      for (int i = 0; i < table.columns().size(); i++) {
        if (table.columns().get(i).place().compareTo(least) <= 0) {
          shown.add(i);
        }
      }
      int[] widths = widths(table, shown);
      if (total(widths) - widths[0] + Math.min(widths[0], MIN_FIRST) <= width) {
        break;
      }
    }
    return shown;
  }

  private void header(Table table, List<Integer> shown, int[] widths) {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < shown.size(); i++) {
      Table.Column column = table.columns().get(shown.get(i));
      labels.append(i == 0 ? "" : GAP).append(pad(column.label(), widths[i], column.align()));
    }
    line(labels.toString());
    line("-".repeat(total(widths)));
  }

  private static int total(int[] widths) {
    int sum = -GAP.length();
    for (int each : widths) {
      sum += each + GAP.length();
    }
    return sum;
  }

  /** As wide as the widest cell. */
  private static int[] widths(Table table, List<Integer> shown) {
    int[] widths = new int[shown.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = table.columns().get(shown.get(i)).label().length();
      for (Table.Row row : table.rows()) {
        widths[i] = Math.max(widths[i], plain(row.cells().get(shown.get(i))).length());
      }
    }
    return widths;
  }

  /** The first column gives way where a line would be too long. */
  private int[] fitted(Table table, List<Integer> shown) {
    int[] widths = widths(table, shown);
    int over = Math.max(0, total(widths) - width);
    widths[0] = Math.max(Math.min(widths[0], MIN_FIRST), widths[0] - over);
    return widths;
  }

  private static String plain(Cell cell) {
    return cell instanceof Cell.BeyondHorizon(int days)
        ? "> " + days + " days"
        : printable(CellText.of(cell));
  }

  private static String pad(String text, int width, Table.Align align) {
    if (text.length() > width) {
      return text.substring(0, width - 1) + "…";
    }
    String space = " ".repeat(width - text.length());
    return align == Table.Align.NUMBER ? space + text : text + space;
  }

  /** Each row without values once, under its table. */
  private void reasons(Table table) {
    Map<String, Set<String>> byName = new LinkedHashMap<>();
    for (Table.Row row : table.rows()) {
      for (Cell cell : row.cells()) {
        if (cell instanceof Cell.Missing(String reason)) {
          byName
              .computeIfAbsent(CellText.of(row.cells().getFirst()), _ -> new java.util.TreeSet<>())
              .add(reason);
        }
      }
    }
    byName.forEach((name, reasons) -> wrapped("  – ", name + ": " + String.join("; ", reasons)));
  }

  /** Nothing that came from a record may move the cursor. */
  private static String printable(String text) {
    boolean isSafe =
        text.chars()
            .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
    return isSafe ? text : Printable.quote(text);
  }

  private void line(String text) {
    out.append(printable(text).stripTrailing()).append('\n');
  }
}
