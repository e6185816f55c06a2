package dev.headroom.storage.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;

/** A set of Unicode code points, as ascending ranges that do not touch. */
record CharSet(List<Range> ranges) {
  /** Both ends belong to it. */
  record Range(int low, int high) {}

  static final CharSet NONE = new CharSet(List.of());
  static final CharSet DIGITS = range('0', '9');
  static final CharSet SPACES = of('\t').union(of('\n')).union(range('\f', '\r')).union(of(' '));
  private static final CharSet LOWER = range('a', 'z');
  private static final CharSet UPPER = range('A', 'Z');
  private static final CharSet LETTERS = LOWER.union(UPPER);
  static final CharSet WORD = LETTERS.union(DIGITS).union(of('_'));
  private static final CharSet PUNCTUATION =
      range('!', '/').union(range(':', '@')).union(range('[', '`')).union(range('{', '~'));

  private static final Map<String, CharSet> POSIX =
      Map.ofEntries(
          Map.entry("alnum", LETTERS.union(DIGITS)),
          Map.entry("alpha", LETTERS),
          Map.entry("ascii", range(0, 127)),
          Map.entry("blank", of('\t').union(of(' '))),
          Map.entry("cntrl", range(0, 31).union(of(127))),
          Map.entry("digit", DIGITS),
          Map.entry("graph", range('!', '~')),
          Map.entry("lower", LOWER),
          Map.entry("print", range(' ', '~')),
          Map.entry("punct", PUNCTUATION),
          Map.entry("space", range('\t', '\r').union(of(' '))),
          Map.entry("upper", UPPER),
          Map.entry("word", WORD),
          Map.entry("xdigit", DIGITS.union(range('a', 'f')).union(range('A', 'F'))));

  static CharSet of(int c) {
    return range(c, c);
  }

  static CharSet range(int low, int high) {
    return new CharSet(List.of(new Range(low, high)));
  }

  static Optional<CharSet> posix(String name) {
    return Optional.ofNullable(POSIX.get(name));
  }

  /** A general category, such as {@code L} or {@code Lu}, or a script, such as {@code Greek}. */
  static Optional<CharSet> unicode(String name) {
    Optional<java.util.function.IntPredicate> holds = UnicodeClass.named(name);
    return holds.map(
        condition -> {
          List<Range> found = new ArrayList<>();
          int low = -1;
          for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
            boolean inside = c <= Character.MAX_CODE_POINT && condition.test(c);
            if (inside && low < 0) {
              low = c;
            } else if (!inside && low >= 0) {
              found.add(new Range(low, c - 1));
              low = -1;
            }
          }
          return new CharSet(found);
        });
  }

  CharSet union(CharSet other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    all.sort(java.util.Comparator.comparingInt(Range::low));
    List<Range> joined = new ArrayList<>();
    for (Range range : all) {
      if (!joined.isEmpty() && range.low <= joined.getLast().high + 1) {
        Range last = joined.removeLast();
        joined.add(new Range(last.low, Math.max(last.high, range.high)));
      } else {
        joined.add(range);
      }
    }
    return new CharSet(joined);
  }

  CharSet negate() {
    List<Range> rest = new ArrayList<>();
    int low = 0;
    for (Range range : ranges) {
      if (range.low > low) {
        rest.add(new Range(low, range.low - 1));
      }
      low = range.high + 1;
    }
    if (low <= Character.MAX_CODE_POINT) {
      rest.add(new Range(low, Character.MAX_CODE_POINT));
    }
    return new CharSet(rest);
  }

  /** With the other case of every letter; of ranges too long to be meant, those of ASCII only. */
  CharSet foldCase() {
    CharSet folded = this;
    for (Range range : ranges) {
      int high = range.high - range.low > 0x1000 ? Math.min(range.high, 127) : range.high;
      for (int c = range.low; c <= high; c++) {
        int upper = Character.toUpperCase(c);
        int lower = Character.toLowerCase(c);
        if (upper != c || lower != c) {
          folded = folded.union(of(upper)).union(of(lower));
        }
      }
    }
    return folded;
  }

  Automaton automaton() {
    return Automata.makeCharClass(
        ranges.stream().mapToInt(Range::low).toArray(),
        ranges.stream().mapToInt(Range::high).toArray());
  }
}
