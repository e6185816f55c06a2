package dev.headroom.storage.logs;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.RegExp;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/**
 * Which values get a bucket: those among the included and not among the excluded. Patterns are
 * Lucene's regular expressions and match the whole text.
 *
 * @param included no condition when empty
 */
public record KeyFilter(
    Optional<String> includedPattern,
    Optional<Set<String>> included,
    Optional<String> excludedPattern,
    Set<String> excluded) {
  public static final KeyFilter ALL =
      new KeyFilter(Optional.empty(), Optional.empty(), Optional.empty(), Set.of());

  /** Only these values. */
  public static KeyFilter only(Set<String> values) {
    return new KeyFilter(Optional.empty(), Optional.of(values), Optional.empty(), Set.of());
  }

  boolean takesAll() {
    return equals(ALL);
  }

  /**
   * The same as a test of keys.
   *
   * @throws HeadroomException INVALID when a pattern is no regular expression
   */
  Predicate<Object> test() {
    Predicate<String> include =
        includedPattern
            .map(KeyFilter::matching)
            .orElse(included.<Predicate<String>>map(set -> set::contains).orElse(_ -> true));
    Predicate<String> exclude = excludedPattern.map(KeyFilter::matching).orElse(excluded::contains);
    return key -> include.test(text(key)) && !exclude.test(text(key));
  }

  /** Whole numbers look the same whatever their type. */
  public static String text(Object key) {
    return key instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) (double) number)
        : key.toString();
  }

  private static Predicate<String> matching(String pattern) {
    try {
      var automaton =
          new CharacterRunAutomaton(
              Operations.determinize(
                  new RegExp(pattern, RegExp.ALL).toAutomaton(),
                  Operations.DEFAULT_DETERMINIZE_WORK_LIMIT));
      return automaton::run;
    } catch (IllegalArgumentException | TooComplexToDeterminizeException e) {
      throw HeadroomException.invalid(
          "regular expression " + Printable.quote(pattern) + ": " + e.getMessage());
    }
  }
}
