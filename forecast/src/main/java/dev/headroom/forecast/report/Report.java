package dev.headroom.forecast.report;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * What every renderer is given. The same report gives the same bytes.
 *
 * @param id {@code capacity}, {@code cost}
 * @param facts what the figures rest on: tenant, horizon, price book
 * @param headlines the answer first, most important first
 * @param sections in reading order
 * @param csvTable the one table that CSV holds
 * @param rules how figures are defined
 * @param partial why something is missing; empty when nothing is
 */
record Report(
    String id,
    String title,
    Instant asOf,
    List<Fact> facts,
    List<Headline> headlines,
    List<Section> sections,
    String csvTable,
    List<String> rules,
    List<String> partial) {
  Report {
    facts = List.copyOf(facts);
    headlines = List.copyOf(headlines);
    sections = List.copyOf(sections);
    rules = List.copyOf(rules);
    partial = List.copyOf(partial);
  }

  /**
   * @param id in JSON
   */
  record Fact(String id, String label, String value) {}

  record Headline(Tone tone, String text, String detail) {}

  enum Tone {
    ALERT,
    WARNING,
    CALM
  }

  sealed interface Section {}

  /**
   * @param isFolded long tables that a page shows on demand
   */
  record Tabular(Table table, boolean isFolded) implements Section {}

  /** Charts side by side; only pages draw them. */
  record Charts(String title, List<Chart> charts) implements Section {
    Charts {
      charts = List.copyOf(charts);
    }
  }

  /**
   * @param caption what the chart's figures rest on
   * @param svg drawn when asked for
   */
  record Chart(String caption, Supplier<String> svg) {}

  /** Tables in reading order. */
  List<Table> tables() {
    return sections.stream()
        .filter(section -> section instanceof Tabular)
        .map(section -> ((Tabular) section).table())
        .toList();
  }

  Table csv() {
    return tables().stream()
        .filter(table -> table.id().equals(csvTable))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("report " + id + " has no " + csvTable));
  }
}
