package dev.headroom.query.logql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headroom.query.logql.Template.TemplateException;
import dev.headroom.query.promql.NumberText;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The functions of templates; the piped value is the last argument. */
final class TemplateFunctions {
  interface Function {
    Object apply(Entry entry, Object[] arguments) throws TemplateException;
  }

  /** With how many arguments it is called. */
  record Definition(int min, int max, Function function) {}

  private static final int ANY = Integer.MAX_VALUE;
  private static final Map<String, Definition> BY_NAME = new HashMap<>();

  static {
    texts();
    numbers();
    logic();
  }

  private TemplateFunctions() {}

  static @Nullable Definition get(String name) {
    return BY_NAME.get(name);
  }

  private interface TextFunction {
    Object apply(String[] arguments) throws TemplateException;
  }

  private static void define(int count, TextFunction function, String... names) {
    Function body =
        (_, arguments) -> {
          String[] texts = new String[arguments.length];
          for (int i = 0; i < texts.length; i++) {
            texts[i] = text(arguments[i]);
          }
          return function.apply(texts);
        };
    for (String name : names) {
      BY_NAME.put(name, new Definition(count, count, body));
    }
  }

  private static void texts() {
    BY_NAME.put("__line__", new Definition(0, 0, (entry, _) -> entry.line()));
    BY_NAME.put("__timestamp__", new Definition(0, 0, (entry, _) -> time(entry)));
    define(1, a -> a[0].toLowerCase(Locale.ROOT), "lower", "ToLower");
    define(1, a -> a[0].toUpperCase(Locale.ROOT), "upper", "ToUpper");
    define(1, a -> title(a[0]), "title");
    define(1, a -> a[0].strip(), "trim", "TrimSpace");
    define(2, a -> trim(a[1], a[0], true, true), "trimAll");
    define(2, a -> trim(a[0], a[1], true, true), "Trim");
    define(2, a -> trim(a[0], a[1], true, false), "TrimLeft");
    define(2, a -> trim(a[0], a[1], false, true), "TrimRight");
    define(2, a -> withoutPrefix(a[1], a[0]), "trimPrefix");
    define(2, a -> withoutPrefix(a[0], a[1]), "TrimPrefix");
    define(2, a -> withoutSuffix(a[1], a[0]), "trimSuffix");
    define(2, a -> withoutSuffix(a[0], a[1]), "TrimSuffix");
    define(3, a -> a[2].replace(a[0], a[1]), "replace");
    define(4, a -> replace(a), "Replace");
    define(3, a -> substring(a[2], whole(a[0]), whole(a[1])), "substr");
    define(2, a -> truncated(a[1], whole(a[0])), "trunc");
    define(2, a -> a[1].isEmpty() ? a[0] : a[1], "default");
    define(2, a -> a[1].contains(a[0]), "contains");
    define(2, a -> a[1].startsWith(a[0]), "hasPrefix");
    define(2, a -> a[1].endsWith(a[0]), "hasSuffix");
    define(2, a -> repeat(a[1], whole(a[0])), "repeat");
    define(2, a -> indent(a[1], whole(a[0])), "indent");
    define(3, a -> pattern(a[0]).matcher(a[1]).replaceAll(a[2]), "regexReplaceAll");
    define(1, a -> (long) a[0].codePointCount(0, a[0].length()), "len");
    BY_NAME.put("printf", new Definition(1, ANY, (_, a) -> PrintfText.format(a)));
  }

  private static Object time(Entry entry) {
    return dev.headroom.storage.model.TimeRange.format(entry.timeNanos());
  }

  private static void numbers() {
    number("add", 2, Double::sum);
    number("sub", 2, (a, b) -> a - b);
    number("mul", 2, (a, b) -> a * b);
    BY_NAME.put("div", new Definition(2, 2, (_, a) -> divided(whole(a[0]), whole(a[1]), false)));
    BY_NAME.put("mod", new Definition(2, 2, (_, a) -> divided(whole(a[0]), whole(a[1]), true)));
    BY_NAME.put("divf", new Definition(2, 2, (_, a) -> number(a[0]) / number(a[1])));
    BY_NAME.put("int", new Definition(1, 1, (_, a) -> whole(a[0])));
    BY_NAME.put("float64", new Definition(1, 1, (_, a) -> number(a[0])));
    BY_NAME.put("round", new Definition(1, 2, (_, a) -> rounded(a)));
  }

  private interface Operator {
    double apply(double left, double right);
  }

  private static void number(String name, int min, Operator operator) {
    Function function =
        (_, arguments) -> {
          double result = whole(arguments[0]);
          for (int i = 1; i < arguments.length; i++) {
            result = operator.apply(result, whole(arguments[i]));
          }
          return (long) result;
        };
    BY_NAME.put(name, new Definition(min, ANY, function));
  }

  private static Object divided(long left, long right, boolean rest) throws TemplateException {
    if (right == 0) {
      throw new TemplateException("division by zero");
    }
    return rest ? left % right : left / right;
  }

  private static Object rounded(Object[] a) throws TemplateException {
    double digits = Math.pow(10, a.length > 1 ? Math.min(15, whole(a[1])) : 0);
    return Math.round(number(a[0]) * digits) / digits;
  }

  private static void logic() {
    BY_NAME.put("not", new Definition(1, 1, (_, a) -> !isTrue(a[0])));
    BY_NAME.put("and", new Definition(1, ANY, (_, a) -> firstThat(a, false)));
    BY_NAME.put("or", new Definition(1, ANY, (_, a) -> firstThat(a, true)));
    BY_NAME.put("eq", new Definition(2, 2, (_, a) -> compared(a) == 0));
    BY_NAME.put("ne", new Definition(2, 2, (_, a) -> compared(a) != 0));
    BY_NAME.put("lt", new Definition(2, 2, (_, a) -> compared(a) < 0));
    BY_NAME.put("le", new Definition(2, 2, (_, a) -> compared(a) <= 0));
    BY_NAME.put("gt", new Definition(2, 2, (_, a) -> compared(a) > 0));
    BY_NAME.put("ge", new Definition(2, 2, (_, a) -> compared(a) >= 0));
  }

  private static Object firstThat(Object[] arguments, boolean truth) {
    for (Object argument : arguments) {
      if (isTrue(argument) == truth) {
        return argument;
      }
    }
    return arguments[arguments.length - 1];
  }

  private static int compared(Object[] a) {
    return a[0] instanceof Number left && a[1] instanceof Number right
        ? Double.compare(left.doubleValue(), right.doubleValue())
        : text(a[0]).compareTo(text(a[1]));
  }

  static boolean isTrue(Object value) {
    return switch (value) {
      case Boolean flag -> flag;
      case Number number -> number.doubleValue() != 0;
      default -> !text(value).isEmpty();
    };
  }

  static String text(Object value) {
    return value instanceof Double number ? NumberText.json(number) : Objects.toString(value);
  }

  static double number(Object value) throws TemplateException {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    OptionalDouble number = NumberText.number(text(value));
    if (number.isEmpty()) {
      throw new TemplateException("\"" + text(value) + "\" is no number");
    }
    return number.getAsDouble();
  }

  static long whole(Object value) throws TemplateException {
    return (long) number(value);
  }

  private static String title(String text) {
    var out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      if (i == 0 || !Character.isLetterOrDigit(out.charAt(i - 1)) && out.charAt(i - 1) != '\'') {
        out.setCharAt(i, Character.toTitleCase(out.charAt(i)));
      }
    }
    return out.toString();
  }

  private static String trim(String text, String cut, boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && cut.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (right && to > from && cut.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  private static String withoutPrefix(String text, String prefix) {
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String withoutSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  /** {@code Replace text old new count}; a negative count is all. */
  private static String replace(String[] a) throws TemplateException {
    long count = whole(a[3]);
    if (count < 0 || a[1].isEmpty()) {
      return a[0].replace(a[1], a[2]);
    }
    var out = new StringBuilder();
    int at = 0;
    for (long i = 0; i < count; i++) {
      int found = a[0].indexOf(a[1], at);
      if (found < 0) {
        break;
      }
      out.append(a[0], at, found).append(a[2]);
      at = found + a[1].length();
    }
    return out.append(a[0], at, a[0].length()).toString();
  }

  /** From and to count characters; a bound that lies outside is cut. */
  private static String substring(String text, long from, long to) {
    int length = text.length();
    int start = (int) Math.max(0, Math.min(length, from));
    int end = to < 0 || to > length ? length : (int) to;
    return start >= end ? "" : text.substring(start, end);
  }

  private static String truncated(String text, long count) {
    int length = text.length();
    return count >= 0
        ? text.substring(0, (int) Math.min(length, count))
        : text.substring((int) Math.max(0, length + count));
  }

  private static String repeat(String text, long count) throws TemplateException {
    if (count < 0 || count * Math.max(1, text.length()) > Template.MAX_CHARS) {
      throw new TemplateException("cannot repeat a text " + count + " times");
    }
    return text.repeat((int) count);
  }

  private static String indent(String text, long spaces) throws TemplateException {
    String pad = repeat(" ", spaces);
    return pad + text.replace("\n", "\n" + pad);
  }

  private static Pattern pattern(String regex) throws TemplateException {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new TemplateException(String.valueOf(e.getMessage()));
    }
  }
}
