package dev.headroom.query.logql;

import dev.headroom.query.logql.Template.TemplateException;
import dev.headroom.query.promql.StringText;
import java.util.List;
import java.util.stream.Collectors;

/** Stages that write lines and labels anew. */
final class FormatStages {
  private static final String ERROR = "TemplateFormatErr";

  /** {@code line_format "{{.method}} {{.path}}"}. */
  record Line(Template template) implements Stage {
    @Override
    public boolean process(Entry entry) {
      try {
        entry.setLine(template.render(entry));
      } catch (TemplateException e) {
        entry.fail(ERROR, String.valueOf(e.getMessage()));
      }
      return true;
    }

    @Override
    public String toString() {
      return "| line_format " + StringText.quote(template.text());
    }
  }

  /** What one label of {@code label_format} becomes. */
  sealed interface Change {
    String label();
  }

  /** The label takes over the value of another, which goes. */
  record Rename(String label, String from) implements Change {
    @Override
    public String toString() {
      return label + "=" + from;
    }
  }

  record Format(String label, Template template) implements Change {
    @Override
    public String toString() {
      return label + "=" + StringText.quote(template.text());
    }
  }

  /** {@code label_format a=b, c="{{.d}}"}. */
  record LabelsStage(List<Change> changes) implements Stage {
    @Override
    public boolean process(Entry entry) {
      for (Change change : changes) {
        switch (change) {
          case Rename(String label, String from) -> {
            if (entry.has(from)) {
              String value = entry.get(from);
              entry.remove(from);
              entry.set(label, value);
            }
          }
          case Format(String label, Template template) -> format(entry, label, template);
        }
      }
      return true;
    }

    private static void format(Entry entry, String label, Template template) {
      try {
        entry.set(label, template.render(entry));
      } catch (TemplateException e) {
        entry.fail(ERROR, String.valueOf(e.getMessage()));
      }
    }

    @Override
    public String toString() {
      return "| label_format "
          + changes.stream().map(Change::toString).collect(Collectors.joining(", "));
    }
  }

  private FormatStages() {}
}
