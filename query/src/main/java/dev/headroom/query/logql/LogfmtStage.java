package dev.headroom.query.logql;

import java.util.List;
import java.util.Map;

/** {@code logfmt}: the pairs of the line as labels, or only those asked for. */
record LogfmtStage(boolean strict, boolean keepEmpty, List<Extraction> wanted) implements Stage {
  LogfmtStage {
    wanted = List.copyOf(wanted);
  }

  @Override
  public boolean process(Entry entry) {
    LogfmtReader reader = new LogfmtReader(entry.line(), strict);
    Map<String, String> pairs = reader.pairs();
    if (reader.error().isPresent()) {
      entry.fail("LogfmtParserErr", reader.error().get());
      if (pairs.isEmpty()) {
        return true;
      }
    }
    if (wanted.isEmpty()) {
      pairs.forEach(
          (name, value) -> {
            if (keepEmpty || !value.isEmpty()) {
              entry.extract(name, value);
            }
          });
    } else {
      for (Extraction one : wanted) {
        entry.extract(one.label(), pairs.getOrDefault(one.expression(), ""));
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "| logfmt"
        + (strict ? " --strict" : "")
        + (keepEmpty ? " --keep-empty" : "")
        + Extraction.text(wanted);
  }
}
