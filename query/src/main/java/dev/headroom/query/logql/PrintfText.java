package dev.headroom.query.logql;

import dev.headroom.query.logql.Template.TemplateException;
import dev.headroom.query.promql.StringText;
import java.util.Locale;

/** {@code printf} with {@code %s %v %q %d %f %%}, flags, width and precision. */
final class PrintfText {
  private static final int MAX_WIDTH = 1000;

  static String format(Object[] arguments) throws TemplateException {
    String format = TemplateFunctions.text(arguments[0]);
    var out = new StringBuilder();
    int next = 1;
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at++);
      if (c != '%') {
        out.append(c);
        continue;
      }
      int start = at;
      while (at < format.length() && "-+ 0123456789.".indexOf(format.charAt(at)) >= 0) {
        at++;
      }
      if (at >= format.length()) {
        throw new TemplateException("printf: nothing behind %");
      }
      String flags = format.substring(start, at);
      char verb = format.charAt(at++);
      if (verb == '%') {
        out.append('%');
      } else if (next >= arguments.length) {
        throw new TemplateException("printf: no argument for %" + verb);
      } else {
        out.append(one(flags, verb, arguments[next++]));
      }
    }
    return out.toString();
  }

  private static String one(String flags, char verb, Object value) throws TemplateException {
    if (!flags.matches("[-+ 0]?[0-9]{0,4}(\\.[0-9]{1,2})?") || width(flags) > MAX_WIDTH) {
      throw new TemplateException("printf: cannot read %" + flags + verb);
    }
    return switch (verb) {
      case 's', 'v' -> String.format(Locale.ROOT, spec(textFlags(flags), 's'), text(value));
      case 'q' -> StringText.quote(text(value));
      case 'd' ->
          String.format(
              Locale.ROOT,
              spec(flags.replaceAll("\\..*", ""), 'd'),
              TemplateFunctions.whole(value));
      case 'f' -> String.format(Locale.ROOT, spec(flags, 'f'), TemplateFunctions.number(value));
      default -> throw new TemplateException("printf: %" + verb + " is not supported");
    };
  }

  private static String text(Object value) {
    return TemplateFunctions.text(value);
  }

  private static int width(String flags) {
    String digits = flags.replaceAll("^[-+ 0]*", "").replaceAll("\\..*", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  /** Texts know only the flag for left. */
  private static String textFlags(String flags) {
    return flags.replaceAll("^[+ 0]", "");
  }

  /** A flag without a width is an error in Java, and nothing in Go. */
  private static String spec(String flags, char verb) {
    boolean bare = (flags.startsWith("-") || flags.startsWith("0")) && width(flags) == 0;
    return "%" + (bare ? flags.substring(1) : flags) + verb;
  }

  private PrintfText() {}
}
