package dev.headroom.query.lang;

import com.google.re2j.Pattern;
import dev.headroom.query.lang.Expr.Comparison;
import dev.headroom.query.lang.Expr.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Expressions of {@code where} and {@code eval} by operator precedence: {@code or}, {@code and},
 * {@code not}, comparisons, {@code + -}, {@code * / %}, signs. Bounded in depth and in the number
 * of parts. Signs and words must not be mistaken for the end of the stage: a single {@code |}, a
 * comma or a bracket ends an expression.
 */
final class ExprParser {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_PARTS = 10_000;

  /** Chains lean to the left: {@code a+a+a} is as deep as it is long. */
  private static final int MAX_HEIGHT = 1000;

  private static final String VALUE = "a field, a number, a \"text\" or a function";

  private final QueryText in;
  private final StageWords words;
  private final SafeRegex regexes;
  private int depth;
  private int parts;

  /** Where a regular expression may stand; -1 for nowhere. */
  private int regexPlace = -1;

  ExprParser(QueryText in, StageWords words, SafeRegex regexes) {
    this.in = in;
    this.words = words;
    this.regexes = regexes;
  }

  /** Reads one that stands by itself. */
  Expr expression() {
    in.skipBlanks();
    int start = in.at();
    Expr whole = disjunction();
    if (ExprTree.height(whole) > MAX_HEIGHT) {
      throw in.error("more than " + MAX_HEIGHT + " parts inside one another", start);
    }
    return whole;
  }

  private Expr disjunction() {
    enter();
    var parts = new ArrayList<Expr>();
    do {
      parts.add(conjunction());
    } while (takeOr());
    depth--;
    return parts.size() == 1 ? parts.getFirst() : new Expr.Or(parts);
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw in.error("more than " + MAX_DEPTH + " levels of nesting", in.at());
    }
    if (++parts > MAX_PARTS) {
      throw in.error("more than " + MAX_PARTS + " parts of expressions", in.at());
    }
  }

  private boolean takeOr() {
    in.skipBlanks();
    return in.take("||") || takeWord("or");
  }

  private Expr conjunction() {
    var parts = new ArrayList<Expr>();
    do {
      parts.add(negation());
    } while (takeAnd());
    return parts.size() == 1 ? parts.getFirst() : new Expr.And(parts);
  }

  private boolean takeAnd() {
    in.skipBlanks();
    return in.take("&&") || takeWord("and");
  }

  private Expr negation() {
    in.skipBlanks();
    boolean sign = in.peek() == '!' && in.peek(1) != '=';
    if (sign) {
      in.skip(1);
    }
    if (sign || takeWord("not")) {
      enter();
      Expr part = negation();
      depth--;
      return new Expr.Not(part);
    }
    return comparison();
  }

  private Expr comparison() {
    Expr left = sum();
    in.skipBlanks();
    boolean not = takeWords("not", "in");
    if (not || takeWord("in")) {
      Expr.In choice = new Expr.In(left, choices());
      return not ? new Expr.Not(choice) : choice;
    }
    Optional<Comparison> comparison = takeComparison();
    if (comparison.isEmpty()) {
      return left;
    }
    int start = in.at();
    Expr right = sum();
    if (left instanceof Expr.Missing || right instanceof Expr.Missing) {
      throw in.error("nothing compares with null; use exists(field) or not exists(field)", start);
    }
    return new Expr.Compare(comparison.get(), left, right);
  }

  private Optional<Comparison> takeComparison() {
    for (var sign : List.of("==", "!=", "<=", ">=", "=", "<", ">")) {
      if (in.take(sign)) {
        return Optional.of(
            switch (sign) {
              case "!=" -> Comparison.NOT_EQUAL;
              case "<=" -> Comparison.AT_MOST;
              case ">=" -> Comparison.AT_LEAST;
              case "<" -> Comparison.LESS;
              case ">" -> Comparison.MORE;
              default -> Comparison.EQUAL;
            });
      }
    }
    return Optional.empty();
  }

  private List<Expr> choices() {
    words.open("\"(\" and values such as (\"a\", \"b\")");
    List<Expr> choices = list();
    words.close();
    return choices;
  }

  private List<Expr> list() {
    var values = new ArrayList<Expr>();
    do {
      values.add(disjunction());
      in.skipBlanks();
    } while (in.take(","));
    return values;
  }

  private Expr sum() {
    Expr left = product();
    while (true) {
      in.skipBlanks();
      if (in.take("+")) {
        left = arithmetic(Operator.PLUS, left, product());
      } else if (in.take("-")) {
        left = arithmetic(Operator.MINUS, left, product());
      } else {
        return left;
      }
    }
  }

  private Expr product() {
    Expr left = signed();
    while (true) {
      in.skipBlanks();
      if (in.take("*")) {
        left = arithmetic(Operator.TIMES, left, signed());
      } else if (in.take("/")) {
        left = arithmetic(Operator.DIVIDED, left, signed());
      } else if (in.take("%")) {
        left = arithmetic(Operator.REMAINDER, left, signed());
      } else {
        return left;
      }
    }
  }

  private Expr arithmetic(Operator operator, Expr left, Expr right) {
    if (++parts > MAX_PARTS) {
      throw in.error("more than " + MAX_PARTS + " parts of expressions", in.at());
    }
    return new Expr.Arithmetic(operator, left, right);
  }

  private Expr signed() {
    in.skipBlanks();
    if (!in.take("-")) {
      in.take("+");
      return primary();
    }
    enter();
    Expr part = signed();
    depth--;
    return switch (part) {
      case Expr.Literal(Long value) -> new Expr.Literal(-value);
      case Expr.Literal(Double value) -> new Expr.Literal(-value);
      default -> new Expr.Arithmetic(Operator.MINUS, new Expr.Literal(0L), part);
    };
  }

  private Expr primary() {
    in.skipBlanks();
    int start = in.at();
    if (++parts > MAX_PARTS) {
      throw in.error("more than " + MAX_PARTS + " parts of expressions", start);
    }
    char c = in.peek();
    if (in.take("(")) {
      Expr inner = disjunction();
      words.close();
      return inner;
    }
    if (c == '"' || c == '\'') {
      return new Expr.Literal(text(c));
    }
    if (words.atDigit() || c == '.' && Character.isDigit(in.peek(1))) {
      return number(start);
    }
    if (c == '/' && start == regexPlace) {
      return new Expr.Regex(regex(words.raw("a regular expression"), start));
    }
    if (c == '`') {
      return new Expr.Field(words.name("a field name"));
    }
    String word = word();
    if (word.isEmpty()) {
      throw in.expected(VALUE, start);
    }
    return in.peek() == '(' ? call(word, start) : named(word, start);
  }

  private Expr named(String word, int start) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "true" -> new Expr.Literal(true);
      case "false" -> new Expr.Literal(false);
      case "null" -> new Expr.Missing();
      case "and", "or", "not", "in" -> throw in.expected(VALUE, start);
      default -> new Expr.Field(word);
    };
  }

  private String word() {
    var word = new StringBuilder();
    while (Character.isLetter(in.peek())
        || in.peek() == '_'
        || in.peek() == '@'
        || !word.isEmpty()
            && (words.atDigit() || in.peek() == '.' || Character.isSurrogate(in.peek()))) {
      word.append(in.next());
    }
    return word.toString();
  }

  private boolean takeWord(String word) {
    if (!atWord(word, 0)) {
      return false;
    }
    in.skip(word.length());
    return true;
  }

  private boolean takeWords(String first, String second) {
    if (!atWord(first, 0)) {
      return false;
    }
    int at = first.length();
    while (QueryText.isBlank(in.peek(at))) {
      at++;
    }
    if (!atWord(second, at)) {
      return false;
    }
    in.skip(at + second.length());
    return true;
  }

  private boolean atWord(String word, int ahead) {
    for (int i = 0; i < word.length(); i++) {
      if (Character.toLowerCase(in.peek(ahead + i)) != word.charAt(i)) {
        return false;
      }
    }
    char behind = in.peek(ahead + word.length());
    return !Character.isLetterOrDigit(behind) && "_.@".indexOf(behind) < 0;
  }

  private String text(char quote) {
    int start = in.at();
    in.skip(1);
    var text = new StringBuilder();
    while (in.peek() != quote) {
      if (in.atEnd()) {
        throw in.error("this quote is not closed; expected a second " + quote, start);
      }
      boolean escaped = in.peek() == '\\' && (in.peek(1) == quote || in.peek(1) == '\\');
      if (escaped) {
        in.skip(1);
      }
      text.append(in.next());
    }
    in.skip(1);
    return text.toString();
  }

  private Expr number(int start) {
    var digits = new StringBuilder();
    while (words.atDigit() || in.peek() == '.' || atExponent(digits)) {
      boolean exponent = in.peek() == 'e' || in.peek() == 'E';
      digits.append(in.next());
      if (exponent && (in.peek() == '-' || in.peek() == '+')) {
        digits.append(in.next());
      }
    }
    Optional<Number> number = NumberWords.number(digits.toString());
    if (number.isEmpty() || Character.isLetter(in.peek())) {
      throw in.expected("a number", start);
    }
    return new Expr.Literal(number.get());
  }

  private boolean atExponent(StringBuilder digits) {
    if (in.peek() != 'e' && in.peek() != 'E' || digits.indexOf("e") >= 0) {
      return false;
    }
    char next = in.peek(1);
    return Character.isDigit(next) || (next == '-' || next == '+') && Character.isDigit(in.peek(2));
  }

  private Pattern regex(String text, int start) {
    return words.at(start, () -> regexes.compile(text));
  }

  private Expr call(String word, int start) {
    Optional<ExprFunction> known = ExprFunction.of(word);
    if (known.isEmpty()) {
      throw in.expected(
          "one of the functions " + ExprFunction.words() + ", or a column name in backquotes",
          start);
    }
    ExprFunction function = known.get();
    words.open("\"(\"");
    var arguments = new ArrayList<Expr>();
    while (in.peek() != ')') {
      arguments.add(argument(function, arguments.size()));
      in.skipBlanks();
      if (in.peek() != ')' && !in.take(",")) {
        throw in.expected("a comma or \")\"");
      }
      in.skipBlanks();
      if (in.peek() == ')' && in.peek(-1) == ',') {
        throw in.expected("another argument");
      }
    }
    words.close();
    if (!function.takes(arguments.size())) {
      throw in.error(
          word + " takes " + function.arguments() + ", found " + arguments.size(), start);
    }
    return new Expr.Call(function, arguments);
  }

  private Expr argument(ExprFunction function, int place) {
    in.skipBlanks();
    int start = in.at();
    regexPlace = function.takesRegex(place) ? start : -1;
    Expr argument = disjunction();
    if (function == ExprFunction.MATCHES && place == 1 && !(argument instanceof Expr.Regex)) {
      if (argument instanceof Expr.Literal(String text)) {
        return new Expr.Regex(regex(text, start));
      }
      throw in.expected("a regular expression as a \"text\" or between slashes", start);
    }
    return argument;
  }
}
