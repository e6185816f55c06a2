package dev.headroom.query.lang;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A regular expression with named groups, in which grok's {@code %{NAME:field}} stand for named
 * patterns. Immutable; safe for threads.
 */
public final class ExtractPattern {
  private static final int MAX_FIELDS = 100;

  /** What becomes of the text of a group. */
  enum Type {
    /** A number when it is written as one. */
    ANY,
    TEXT,
    NUMBER
  }

  /** A named group and the field it fills. */
  record Capture(String field, Type type) {}

  private final String text;
  private final Pattern pattern;
  private final List<Capture> captures;
  private final int[] groups;

  private ExtractPattern(String text, Pattern pattern, List<Capture> captures, int[] groups) {
    this.text = text;
    this.pattern = pattern;
    this.captures = captures;
    this.groups = groups;
  }

  /**
   * Reads a pattern.
   *
   * @throws HeadroomException INVALID with what is wrong about it
   */
  static ExtractPattern of(String text, SafeRegex regexes) {
    var captures = new ArrayList<Capture>();
    String regex = new GrokText(captures).regex(text);
    Pattern pattern = regexes.compile(regex);
    Map<String, Integer> names = pattern.namedGroups();
    if (captures.isEmpty()) {
      throw HeadroomException.invalid(
          "the pattern takes nothing out; expected a group such as (?<user>\\w+) or %{WORD:user}");
    }
    if (captures.size() > MAX_FIELDS) {
      throw HeadroomException.invalid("the pattern has more than " + MAX_FIELDS + " fields");
    }
    int[] groups = new int[captures.size()];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = names.getOrDefault(GrokText.group(i), 0);
    }
    return new ExtractPattern(text, pattern, List.copyOf(captures), groups);
  }

  /** The fields that a match fills. */
  public List<String> fields() {
    return captures.stream().map(Capture::field).distinct().toList();
  }

  /**
   * Takes the fields of the first match out of a text; groups that took no part are left out.
   *
   * @param line read by {@code charAt}, whose exceptions pass through
   * @return whether there is a match
   */
  public boolean find(CharSequence line, BiConsumer<String, Object> fields) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.find()) {
      return false;
    }
    for (int i = 0; i < groups.length; i++) {
      String found = matcher.group(groups[i]);
      if (found != null) {
        fields.accept(captures.get(i).field(), value(found, captures.get(i).type()));
      }
    }
    return true;
  }

  private static Object value(String found, Type type) {
    return switch (type) {
      case TEXT -> found;
      case ANY -> NumberWords.numberOrText(found);
      case NUMBER -> NumberWords.number(found).<Object>map(n -> n).orElse(found);
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
