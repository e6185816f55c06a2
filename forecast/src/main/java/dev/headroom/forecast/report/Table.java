package dev.headroom.forecast.report;

import java.util.List;

/**
 * @param id of the table in JSON
 * @param title for people
 * @param introduction one or two sentences; may be empty
 */
record Table(String id, String title, String introduction, List<Column> columns, List<Row> rows) {
  Table {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (Row row : rows) {
      if (row.cells().size() != columns.size()) {
        throw new IllegalArgumentException(
            id + ": " + row.cells().size() + " cells for " + columns.size() + " columns");
      }
    }
  }

  /**
   * @param id of the column in CSV and JSON
   * @param label over the column, with its unit where every cell has the same
   * @param meaning one sentence; the documentation says the same at length
   * @param place where it is shown
   */
  record Column(String id, String label, String meaning, Align align, Place place) {}

  enum Align {
    TEXT,
    NUMBER
  }

  /** A terminal leaves out what is least needed until a line fits: wide ones, then roomy ones. */
  enum Place {
    EVERYWHERE,
    ROOMY,
    WIDE,
    /** Left out of text tables. */
    PAGE,
    /** In CSV and JSON only. */
    DATA
  }

  enum Emphasis {
    NONE,
    /** Somebody has to act. */
    ALERT,
    WARNING,
    /** No plan. */
    MUTED,
    TOTAL
  }

  record Row(Emphasis emphasis, List<Cell> cells) {
    Row {
      cells = List.copyOf(cells);
    }
  }
}
