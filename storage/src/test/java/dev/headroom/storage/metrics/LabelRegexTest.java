package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class LabelRegexTest {
  private static void check(String pattern, List<String> matches, List<String> others) {
    var regex = LabelRegex.compile(pattern);
    matches.forEach(text -> assertTrue(regex.test(text), pattern + " matches " + text));
    others.forEach(text -> assertTrue(!regex.test(text), pattern + " does not match " + text));
  }

  @Test
  void patternsMatchTheWholeTextAsInPrometheus() {
    check("", List.of(""), List.of("a"));
    check("a", List.of("a"), List.of("", "aa", "ba"));
    check("a|bc|", List.of("a", "bc", ""), List.of("b", "abc"));
    check("a.c", List.of("abc", "a\nc", "aßc", "a😀c"), List.of("ac", "abbc"));
    check("api-.*", List.of("api-", "api-1"), List.of("xapi-1"));
    check(".+", List.of("a"), List.of(""));
    check("ab?c*", List.of("a", "ab", "acc"), List.of("abb"));
    check("(ab)+", List.of("ab", "abab"), List.of("", "aba"));
    check("(?:ab|c){2}", List.of("abc", "cc"), List.of("ab", "abcab"));
    check("a{2,3}", List.of("aa", "aaa"), List.of("a", "aaaa"));
    check("a{2,}", List.of("aa", "aaaaaa"), List.of("a"));
    check("a{,2}", List.of("a{,2}"), List.of("a"));
    check("a*?b+?", List.of("aab", "b"), List.of("a"));
    check("(?P<name>x)(?<other>y)", List.of("xy"), List.of("x"));
    check("^abc$", List.of("abc"), List.of("^abc$"));
    check("^(a|b)$", List.of("a", "b"), List.of("ab"));
    check("(^a|^b$)", List.of("a", "b"), List.of("^a"));
    check("^a|b$", List.of("a", "b"), List.of("ab"));
    check("\\Aa\\z", List.of("a"), List.of("Aaz"));
  }

  @Test
  void classesAndEscapes() {
    check("[a-c]x[^0-9]", List.of("axy", "cx-"), List.of("dxy", "ax5"));
    check("[]a]", List.of("]", "a"), List.of("b"));
    check("[a-]", List.of("a", "-"), List.of("b"));
    check("[\\d.]+", List.of("1.2"), List.of("a"));
    check("\\d\\D\\s\\S\\w\\W", List.of("1a b_-"), List.of("aa b_-"));
    check("[[:alpha:]]+[[:^alpha:]]", List.of("ab1"), List.of("abc"));
    check("10\\.0\\.0\\.1:9100", List.of("10.0.0.1:9100"), List.of("10x0.0.1:9100"));
    check("\\Qa.b\\E+", List.of("a.b", "a.bb"), List.of("axb", "a.ba.b"));
    check("\\x41\\x{1F600}\\t", List.of("A😀\t"), List.of("A"));
    check("\\pL\\p{Lu}\\P{L}\\p{^Lu}", List.of("éÉ1x"), List.of("éé1x"));
    check("\\p{Greek}+", List.of("λ"), List.of("l"));
    check("a/b-c_d~e#f@g&h<i>\"j\"", List.of("a/b-c_d~e#f@g&h<i>\"j\""), List.of());
  }

  @Test
  void caseIsIgnoredWhereAsked() {
    check("(?i)aPi[x-z]", List.of("apiX", "APIy"), List.of("ap"));
    check("a(?i:b)c", List.of("aBc", "abc"), List.of("Abc", "abC"));
    check("a(?i)b|c", List.of("aB", "C"), List.of("AB"));
    check("(a(?i)b)c", List.of("aBc"), List.of("aBC"));
    check("(?i)[^a]", List.of("b"), List.of("a", "A"));
    check("(?-s).", List.of("a"), List.of("\n"));
    check("(?i)größe", List.of("GRÖßE", "Größe"), List.of());
  }

  @Test
  void wrongPatternsAreTheAskersError() {
    for (String pattern :
        List.of(
            "(",
            ")",
            "a)",
            "[",
            "[a",
            "[z-a]",
            "*",
            "a**",
            "+a",
            "a{3,2}",
            "a{1001}",
            "\\",
            "\\k",
            "(?x)",
            "(?=a)",
            "a\\b",
            "a^b",
            "a$b",
            "(?P<n",
            "\\p{Nothing}",
            "[[:nothing:]]",
            "\\xZZ",
            "(.*a){200}.{500}",
            "((((a{100}){100}){100}){100})",
            "(x+x+)+y".repeat(2000))) {
      HeadroomException e =
          assertThrows(HeadroomException.class, () -> LabelRegex.compile(pattern), pattern);
      assertEquals(ErrorCategory.INVALID, e.category());
    }
  }

  @Test
  void patternsThatOthersBacktrackOnTakeLinearTime() {
    var regex = LabelRegex.compile("(a*)*(a+)+(a|aa)+b");
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> assertTrue(!regex.test("a".repeat(100_000))));
  }

  @Test
  void listsOfTextsAreKnown() {
    assertEquals(Set.of("a", "b", ""), LabelRegex.literals("a|b|"));
    assertEquals(Set.of("a-b/c"), LabelRegex.literals("a-b/c"));
    assertEquals(Set.of(), LabelRegex.literals("a|b.*"));
    assertEquals(Set.of(), LabelRegex.literals("(a|b)"));
  }
}
