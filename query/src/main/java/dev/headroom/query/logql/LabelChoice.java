package dev.headroom.query.logql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Stages that choose among labels. */
final class LabelChoice {
  /**
   * A label, or only with certain values.
   *
   * @param name as in {@code match}, or alone
   */
  record Choice(String name, List<LabelMatch> match) {
    boolean takes(String label, String value) {
      return label.equals(name) && match.stream().allMatch(m -> m.matches(value));
    }

    @Override
    public String toString() {
      return match.isEmpty() ? name : match.getFirst().toString();
    }
  }

  /** {@code drop level, method="GET"}. */
  record Drop(List<Choice> choices) implements Stage {
    @Override
    public boolean process(Entry entry) {
      for (Choice choice : choices) {
        if (choice.takes(choice.name(), entry.get(choice.name()))) {
          entry.remove(choice.name());
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return "| drop " + text(choices);
    }
  }

  /** {@code keep level, method="GET"}; errors stay. */
  record Keep(List<Choice> choices) implements Stage {
    @Override
    public boolean process(Entry entry) {
      entry
          .allLabels()
          .forEach(
              (name, value) -> {
                boolean kept = choices.stream().anyMatch(choice -> choice.takes(name, value));
                if (!kept && !name.equals(Entry.ERROR) && !name.equals(Entry.ERROR_DETAILS)) {
                  entry.remove(name);
                }
              });
      return true;
    }

    @Override
    public String toString() {
      return "| keep " + text(choices);
    }
  }

  /** {@code distinct a, b}: the first line of each combination of values. */
  record Distinct(List<String> names, Set<List<String>> seen) implements Stage {
    /** So many combinations are remembered; further ones pass. */
    private static final int MAX_SEEN = 100_000;

    @Override
    public boolean process(Entry entry) {
      var values = new ArrayList<String>(names.size());
      for (String name : names) {
        if (!entry.has(name)) {
          return true;
        }
        values.add(entry.get(name));
      }
      return seen.size() >= MAX_SEEN ? !seen.contains(values) : seen.add(values);
    }

    @Override
    public Stage start() {
      return new Distinct(names, new HashSet<>());
    }

    @Override
    public String toString() {
      return "| distinct " + String.join(", ", names);
    }
  }

  private static String text(List<Choice> choices) {
    return choices.stream().map(Choice::toString).collect(Collectors.joining(", "));
  }

  private LabelChoice() {}
}
