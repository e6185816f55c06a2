package dev.headroom.query.logql;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headroom.query.promql.StringText;
import java.util.LinkedHashMap;
import java.util.Map;

/** Labels from lines that are text, and what cleans lines. */
final class TextStages {
  /** {@code pattern "<ip> <_>"}. */
  record ByPattern(LinePattern pattern) implements Stage {
    @Override
    public boolean process(Entry entry) {
      Map<String, String> found = new LinkedHashMap<>();
      pattern.extract(entry.line(), found);
      found.forEach(entry::extract);
      return true;
    }

    @Override
    public String toString() {
      return "| pattern " + StringText.quote(pattern.text());
    }
  }

  /** {@code regexp "(?P<method>\\w+)"}: its named groups. */
  record ByRegex(Pattern pattern) implements Stage {
    @Override
    public boolean process(Entry entry) {
      Matcher matcher = pattern.matcher(entry.line());
      if (matcher.find()) {
        for (Map.Entry<String, Integer> group : pattern.namedGroups().entrySet()) {
          String value = matcher.group(group.getValue());
          if (value != null) {
            entry.extract(group.getKey(), value);
          }
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return "| regexp " + StringText.quote(pattern.pattern());
    }
  }

  /** Without the colours of a terminal. */
  record Decolorize() implements Stage {
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*[a-zA-Z]");

    @Override
    public boolean process(Entry entry) {
      if (entry.line().indexOf('\u001b') >= 0) {
        entry.setLine(COLOUR.matcher(entry.line()).replaceAll(""));
      }
      return true;
    }

    @Override
    public String toString() {
      return "| decolorize";
    }
  }

  private TextStages() {}
}
