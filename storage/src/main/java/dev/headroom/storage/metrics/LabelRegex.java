package dev.headroom.storage.metrics;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/**
 * A regular expression in RE2's syntax, as Prometheus takes it, as an automaton: anchored at both
 * ends, {@code .} matches line ends too, linear time whatever the pattern. What an automaton cannot
 * say is refused: word boundaries and anchors inside the pattern.
 */
final class LabelRegex {
  private static final int MAX_LENGTH = 10_000;
  private static final int MAX_DEPTH = 200;

  /** RE2's own limit. */
  private static final int MAX_REPEAT = 1_000;

  private static final int MAX_STATES = 100_000;
  private static final int DETERMINIZE_WORK_LIMIT = 200_000;
  private static final String SPECIAL = "\\.+*?()|[]{}^$";

  private final String pattern;
  private int at;
  private int depth;
  private boolean ignoreCase;
  private boolean dotMatchesLineEnd = true;

  /** Whether something stands before, on the way from the pattern's start to here. */
  private boolean begun;

  /** Whether a {@code $} stands before, on that way. */
  private boolean ended;

  private int anchors;

  private LabelRegex(String pattern) {
    this.pattern = pattern;
  }

  /**
   * The condition that the whole text matches.
   *
   * @throws HeadroomException INVALID when the pattern is wrong or needs too many states
   */
  static Predicate<String> compile(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw bad(pattern, "longer than " + MAX_LENGTH + " characters");
    }
    var parser = new LabelRegex(pattern);
    try {
      Automaton automaton = parser.alternatives();
      if (parser.at < pattern.length()) {
        throw parser.bad("unmatched )");
      }
      var run =
          new CharacterRunAutomaton(Operations.determinize(automaton, DETERMINIZE_WORK_LIMIT));
      return run::run;
    } catch (TooComplexToDeterminizeException _) {
      throw bad(pattern, "too complex; use a simpler pattern");
    }
  }

  /** The texts of a pattern that only lists some, {@code a|b|c}; else nothing. */
  static Set<String> literals(String pattern) {
    Set<String> texts = new HashSet<>();
    for (String text : pattern.split("\\|", -1)) {
      if (text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0)) {
        return Set.of();
      }
      texts.add(text);
    }
    return texts;
  }

  private static HeadroomException bad(String pattern, String problem) {
    return HeadroomException.invalid(
        "bad regular expression " + Printable.quote(pattern) + ": " + problem);
  }

  private HeadroomException bad(String problem) {
    return bad(pattern, problem + " at offset " + at);
  }

  private boolean more() {
    return at < pattern.length();
  }

  private boolean take(String text) {
    if (pattern.startsWith(text, at)) {
      at += text.length();
      return true;
    }
    return false;
  }

  private int next() {
    if (!more()) {
      throw bad("ends too early");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private Automaton alternatives() {
    if (++depth > MAX_DEPTH) {
      throw bad("nested deeper than " + MAX_DEPTH);
    }
    boolean caseBefore = ignoreCase;
    boolean dotBefore = dotMatchesLineEnd;
    boolean begunBefore = begun;
    boolean anyBegun = false;
    boolean anyEnded = false;
    List<Automaton> branches = new ArrayList<>();
    do {
      begun = begunBefore;
      ended = false;
      branches.add(sequence());
      anyBegun |= begun;
      anyEnded |= ended;
    } while (take("|"));
    begun = anyBegun;
    ended = anyEnded;
    ignoreCase = caseBefore;
    dotMatchesLineEnd = dotBefore;
    depth--;
    return branches.size() == 1 ? branches.getFirst() : checked(Operations.union(branches));
  }

  private Automaton sequence() {
    List<Automaton> parts = new ArrayList<>();
    while (more() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      if (take("\\Q")) {
        quoted(parts);
      } else {
        int anchorsBefore = anchors;
        Automaton atom = atom();
        parts.add(anchors == anchorsBefore ? repeated(atom) : atom);
      }
    }
    return switch (parts.size()) {
      case 0 -> Automata.makeEmptyString();
      case 1 -> parts.getFirst();
      default -> checked(Operations.concatenate(parts));
    };
  }

  private void quoted(List<Automaton> parts) {
    int end = pattern.indexOf("\\E", at);
    String text = pattern.substring(at, end < 0 ? pattern.length() : end);
    at = end < 0 ? pattern.length() : end + 2;
    text.codePoints().forEach(c -> parts.add(literal(c)));
    if (!text.isEmpty()) {
      parts.add(repeated(parts.removeLast()));
    }
  }

  private Automaton repeated(Automaton first) {
    Automaton result = first;
    boolean again = false;
    while (more()) {
      int start = at;
      if (take("*")) {
        result = Operations.repeat(result);
      } else if (take("+")) {
        result = Operations.repeat(result, 1);
      } else if (take("?")) {
        result = Operations.optional(result);
      } else if (pattern.charAt(at) == '{') {
        Automaton counted = counted(result);
        if (at == start) {
          return result; // not a count: a literal brace
        }
        result = counted;
      } else {
        return result;
      }
      if (again) {
        at = start;
        throw bad("repetition of a repetition");
      }
      again = true;
      take("?"); // not greedy: the same texts match
      checked(result);
    }
    return result;
  }

  /** {@code {n}}, {@code {n,}} or {@code {n,m}}; moves nothing when it is none of them. */
  private Automaton counted(Automaton first) {
    int start = at;
    at++;
    int min = number();
    int max = min;
    if (min >= 0 && take(",")) {
      max = more() && pattern.charAt(at) == '}' ? Integer.MAX_VALUE : number();
    }
    if (min < 0 || max < 0 || !take("}")) {
      at = start;
      return first;
    }
    if (min > MAX_REPEAT || max != Integer.MAX_VALUE && max > MAX_REPEAT || max < min) {
      throw bad("bad repetition count");
    }
    if ((long) first.getNumStates() * (max == Integer.MAX_VALUE ? min : max) > MAX_STATES) {
      throw bad("too complex");
    }
    return max == Integer.MAX_VALUE
        ? Operations.repeat(first, min)
        : Operations.repeat(first, min, max);
  }

  private int number() {
    int start = at;
    int value = 0;
    while (more() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
      value = Math.min(MAX_REPEAT + 1, value * 10 + pattern.charAt(at++) - '0');
    }
    return at == start ? -1 : value;
  }

  private Automaton checked(Automaton automaton) {
    if (automaton.getNumStates() > MAX_STATES) {
      throw bad("too complex");
    }
    return automaton;
  }

  private Automaton atom() {
    int start = at;
    int c = next();
    return switch (c) {
      case '(' -> group();
      case '[' -> characterClass();
      case '.' -> characters(dotMatchesLineEnd ? CharSet.NONE.negate() : CharSet.of('\n').negate());
      case '^' -> start();
      case '$' -> end();
      case '*', '+', '?' -> {
        at = start;
        throw bad("nothing to repeat");
      }
      case '\\' -> escape();
      default -> literal(c);
    };
  }

  /** The pattern is anchored anyway, so an anchor at its edge says nothing new. */
  private Automaton start() {
    anchors++;
    if (begun) {
      throw bad("^ only stands at the start of a pattern");
    }
    return Automata.makeEmptyString();
  }

  private Automaton end() {
    anchors++;
    ended = true;
    return Automata.makeEmptyString();
  }

  private Automaton group() {
    if (take("?P<") || take("?<")) {
      int end = pattern.indexOf('>', at);
      if (end < 0) {
        throw bad("group name without >");
      }
      at = end + 1;
    } else if (take("?")) {
      Automaton whole = flags();
      if (whole != null) {
        return whole;
      }
    }
    return closed(alternatives());
  }

  private Automaton characters(CharSet set) {
    if (ended) {
      throw bad("$ only stands at the end of a pattern");
    }
    begun = true;
    return set.automaton();
  }

  private Automaton closed(Automaton inside) {
    if (!take(")")) {
      throw bad("missing )");
    }
    return inside;
  }

  /** {@code (?i)} for the rest of the group, or {@code (?i:…)} for that group. */
  private @org.jspecify.annotations.Nullable Automaton flags() {
    boolean caseBefore = ignoreCase;
    boolean dotBefore = dotMatchesLineEnd;
    boolean on = true;
    while (true) {
      switch (next()) {
        case 'i' -> ignoreCase = on;
        case 's' -> dotMatchesLineEnd = on;
        case 'm', 'U' -> {} // neither changes which whole texts match
        case '-' -> on = false;
        case ':' -> {
          Automaton inside = closed(alternatives());
          ignoreCase = caseBefore;
          dotMatchesLineEnd = dotBefore;
          return inside;
        }
        case ')' -> {
          return Automata.makeEmptyString();
        }
        default -> throw bad("unknown group flag");
      }
    }
  }

  private Automaton literal(int c) {
    return characters(ignoreCase ? CharSet.of(c).foldCase() : CharSet.of(c));
  }

  private Automaton escape() {
    int c = next();
    CharSet set = namedSet(c);
    if (set != null) {
      return characters(set);
    }
    return switch (c) {
      case 'A' -> start();
      case 'z' -> end();
      case 'b', 'B' -> throw bad("word boundaries are not supported");
      default -> literal(escapedCharacter(c));
    };
  }

  private @org.jspecify.annotations.Nullable CharSet namedSet(int c) {
    return switch (c) {
      case 'd' -> CharSet.DIGITS;
      case 'D' -> CharSet.DIGITS.negate();
      case 's' -> CharSet.SPACES;
      case 'S' -> CharSet.SPACES.negate();
      case 'w' -> CharSet.WORD;
      case 'W' -> CharSet.WORD.negate();
      case 'p', 'P' -> unicodeClass(c == 'P');
      default -> null;
    };
  }

  private CharSet unicodeClass(boolean negated) {
    String name;
    if (take("{")) {
      int end = pattern.indexOf('}', at);
      if (end < 0) {
        throw bad("missing } of a character class");
      }
      name = pattern.substring(at, end);
      at = end + 1;
    } else {
      name = Character.toString(next());
    }
    boolean inverted = name.startsWith("^");
    CharSet set =
        CharSet.unicode(inverted ? name.substring(1) : name)
            .orElseThrow(() -> bad("unknown character class " + Printable.quote(name)));
    return negated != inverted ? set.negate() : set;
  }

  private int escapedCharacter(int c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0b;
      case 'a' -> 0x07;
      case 'x' -> hexadecimal();
      default -> {
        if (c >= 0x80 || Character.isLetterOrDigit(c)) {
          throw bad("unknown escape");
        }
        yield c;
      }
    };
  }

  private int hexadecimal() {
    String digits;
    if (take("{")) {
      int end = pattern.indexOf('}', at);
      digits = end < 0 ? "" : pattern.substring(at, end);
      at = end + 1;
    } else {
      digits = pattern.substring(at, Math.min(pattern.length(), at + 2));
      at += digits.length();
    }
    try {
      int c = Integer.parseInt(digits, 16);
      if (Character.isValidCodePoint(c)) {
        return c;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw bad("bad \\x escape");
  }

  private Automaton characterClass() {
    boolean negated = take("^");
    CharSet set = CharSet.NONE;
    boolean first = true;
    while (first || !take("]")) {
      first = false;
      set = set.union(classItem());
    }
    set = ignoreCase ? set.foldCase() : set;
    return characters(negated ? set.negate() : set);
  }

  private CharSet classItem() {
    if (take("[:")) {
      int end = pattern.indexOf(":]", at);
      String name = end < 0 ? "" : pattern.substring(at, end);
      at = end < 0 ? at : end + 2;
      boolean negated = name.startsWith("^");
      CharSet set =
          CharSet.posix(negated ? name.substring(1) : name)
              .orElseThrow(() -> bad("unknown character class"));
      return negated ? set.negate() : set;
    }
    int low = next();
    if (low == '\\') {
      int c = next();
      CharSet set = namedSet(c);
      if (set != null) {
        return set;
      }
      low = escapedCharacter(c);
    }
    if (!pattern.startsWith("-", at) || pattern.startsWith("-]", at)) {
      return CharSet.of(low);
    }
    at++;
    int high = next();
    if (high == '\\') {
      high = escapedCharacter(next());
    }
    if (high < low) {
      throw bad("bad range in a character class");
    }
    return CharSet.range(low, high);
  }
}
