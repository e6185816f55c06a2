package dev.headroom.storage.metrics;

import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** The names that {@code \p{…}} takes: general categories by their short names, and scripts. */
final class UnicodeClass {
  private static final Map<String, Integer> CATEGORIES =
      Map.ofEntries(
          Map.entry("Lu", 1 << Character.UPPERCASE_LETTER),
          Map.entry("Ll", 1 << Character.LOWERCASE_LETTER),
          Map.entry("Lt", 1 << Character.TITLECASE_LETTER),
          Map.entry("Lm", 1 << Character.MODIFIER_LETTER),
          Map.entry("Lo", 1 << Character.OTHER_LETTER),
          Map.entry("Mn", 1 << Character.NON_SPACING_MARK),
          Map.entry("Mc", 1 << Character.COMBINING_SPACING_MARK),
          Map.entry("Me", 1 << Character.ENCLOSING_MARK),
          Map.entry("Nd", 1 << Character.DECIMAL_DIGIT_NUMBER),
          Map.entry("Nl", 1 << Character.LETTER_NUMBER),
          Map.entry("No", 1 << Character.OTHER_NUMBER),
          Map.entry("Pc", 1 << Character.CONNECTOR_PUNCTUATION),
          Map.entry("Pd", 1 << Character.DASH_PUNCTUATION),
          Map.entry("Ps", 1 << Character.START_PUNCTUATION),
          Map.entry("Pe", 1 << Character.END_PUNCTUATION),
          Map.entry("Pi", 1 << Character.INITIAL_QUOTE_PUNCTUATION),
          Map.entry("Pf", 1 << Character.FINAL_QUOTE_PUNCTUATION),
          Map.entry("Po", 1 << Character.OTHER_PUNCTUATION),
          Map.entry("Sm", 1 << Character.MATH_SYMBOL),
          Map.entry("Sc", 1 << Character.CURRENCY_SYMBOL),
          Map.entry("Sk", 1 << Character.MODIFIER_SYMBOL),
          Map.entry("So", 1 << Character.OTHER_SYMBOL),
          Map.entry("Zs", 1 << Character.SPACE_SEPARATOR),
          Map.entry("Zl", 1 << Character.LINE_SEPARATOR),
          Map.entry("Zp", 1 << Character.PARAGRAPH_SEPARATOR),
          Map.entry("Cc", 1 << Character.CONTROL),
          Map.entry("Cf", 1 << Character.FORMAT),
          Map.entry("Co", 1 << Character.PRIVATE_USE));

  static Optional<IntPredicate> named(String name) {
    int mask =
        CATEGORIES.entrySet().stream()
            .filter(e -> e.getKey().equals(name) || isGroup(name) && e.getKey().startsWith(name))
            .mapToInt(Map.Entry::getValue)
            .reduce(0, (a, b) -> a | b);
    if (mask != 0) {
      return Optional.of(c -> (1 << Character.getType(c) & mask) != 0);
    }
    try {
      Character.UnicodeScript script = Character.UnicodeScript.forName(name);
      return Optional.of(c -> Character.UnicodeScript.of(c) == script);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static boolean isGroup(String name) {
    return name.length() == 1;
  }

  private UnicodeClass() {}
}
