package dev.headroom.query.logql;

import dev.headroom.query.logql.Template.Branch;
import dev.headroom.query.logql.Template.Call;
import dev.headroom.query.logql.Template.Constant;
import dev.headroom.query.logql.Template.Expression;
import dev.headroom.query.logql.Template.Field;
import dev.headroom.query.logql.Template.If;
import dev.headroom.query.logql.Template.Literal;
import dev.headroom.query.logql.Template.Node;
import dev.headroom.query.logql.Template.Output;
import dev.headroom.query.promql.NumberText;
import dev.headroom.query.promql.StringText;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Reads a {@link Template}; what is not in the subset is refused by name. */
final class TemplateParser {
  private static final int MAX_DEPTH = 50;

  private final String text;
  private int at;
  private int depth;
  private boolean trimNext;

  private TemplateParser(String text) {
    this.text = text;
  }

  /**
   * @throws HeadroomException INVALID with what is wrong
   */
  static Template parse(String text) {
    var parser = new TemplateParser(text);
    List<Node> nodes = parser.nodes();
    if (parser.at < text.length()) {
      throw invalid("{{" + parser.peekAction() + "}} without an if before it");
    }
    return new Template(text, nodes);
  }

  private static HeadroomException invalid(String message) {
    return HeadroomException.invalid("invalid template: " + message);
  }

  /** Up to the end, or to an {@code else} or {@code end}, which stays. */
  private List<Node> nodes() {
    if (++depth > MAX_DEPTH) {
      throw invalid("more than " + MAX_DEPTH + " blocks inside one another");
    }
    List<Node> nodes = new ArrayList<>();
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      literal(nodes, open < 0 ? text.length() : open);
      if (open < 0) {
        break;
      }
      String action = peekAction();
      if (action.equals("end") || action.equals("else") || action.startsWith("else ")) {
        break;
      }
      takeAction();
      if (action.startsWith("if ")) {
        nodes.add(conditional(action.substring(3)));
      } else if (!action.isEmpty() && !action.startsWith("/*")) {
        nodes.add(new Output(expression(action)));
      }
    }
    depth--;
    return nodes;
  }

  private void literal(List<Node> nodes, int end) {
    String literal = text.substring(at, end);
    at = end;
    if (trimNext) {
      literal = literal.stripLeading();
      trimNext = false;
    }
    if (text.startsWith("{{- ", end)) {
      literal = literal.stripTrailing();
    }
    if (!literal.isEmpty()) {
      nodes.add(new Literal(literal));
    }
  }

  /** What stands between the braces that open here. */
  private String peekAction() {
    String action = text.substring(at + 2, close());
    if (action.startsWith("- ")) {
      action = action.substring(1);
    }
    if (action.endsWith(" -")) {
      action = action.substring(0, action.length() - 1);
    }
    return action.strip();
  }

  private void takeAction() {
    int close = close();
    trimNext = text.startsWith(" -", close - 2);
    at = close + 2;
  }

  /** Where the closing braces are, those inside of strings passed over. */
  private int close() {
    char quote = 0;
    for (int i = at + 2; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == '\\' && quote == '"') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '"' || c == '`') {
        quote = c;
      } else if (text.startsWith("}}", i)) {
        return i;
      }
    }
    throw invalid("{{ without }}");
  }

  private Node conditional(String condition) {
    List<Branch> branches = new ArrayList<>();
    branches.add(new Branch(expression(condition), nodes()));
    while (at < text.length()) {
      String action = peekAction();
      takeAction();
      if (action.equals("end")) {
        return new If(branches, List.of());
      }
      if (action.startsWith("else if ")) {
        branches.add(new Branch(expression(action.substring(8)), nodes()));
      } else if (action.equals("else")) {
        List<Node> otherwise = nodes();
        if (at >= text.length() || !peekAction().equals("end")) {
          break;
        }
        takeAction();
        return new If(branches, otherwise);
      } else {
        throw invalid("unexpected {{" + action + "}}");
      }
    }
    throw invalid("{{if}} without {{end}}");
  }

  private static Expression expression(String action) {
    var reader = new Reader(action);
    Expression expression = reader.pipeline();
    if (reader.at < action.length()) {
      throw invalid("unexpected " + StringText.quote(action.substring(reader.at)));
    }
    return expression;
  }

  /** One action. */
  private static final class Reader {
    private final String action;
    private int at;
    private int depth;

    Reader(String action) {
      this.action = action;
    }

    private void skipBlanks() {
      while (at < action.length() && Character.isWhitespace(action.charAt(at))) {
        at++;
      }
    }

    /** The value of each command is the last argument of the next. */
    Expression pipeline() {
      if (++depth > MAX_DEPTH) {
        throw invalid("more than " + MAX_DEPTH + " parentheses inside one another");
      }
      Expression value = command(List.of());
      skipBlanks();
      while (at < action.length() && action.charAt(at) == '|') {
        at++;
        value = command(List.of(value));
        skipBlanks();
      }
      depth--;
      return value;
    }

    private Expression command(List<Expression> piped) {
      skipBlanks();
      if (at >= action.length()) {
        throw invalid("missing value in " + StringText.quote(action));
      }
      if (!isWordStart(action.charAt(at))) {
        Expression value = operand();
        if (!piped.isEmpty()) {
          throw invalid("cannot pipe into a value; expected a function");
        }
        return value;
      }
      String name = word();
      if (piped.isEmpty() && (name.equals("true") || name.equals("false"))) {
        return new Constant(name.equals("true"));
      }
      List<Expression> arguments = new ArrayList<>();
      while (true) {
        skipBlanks();
        if (at >= action.length() || "|)".indexOf(action.charAt(at)) >= 0) {
          break;
        }
        arguments.add(operand());
      }
      arguments.addAll(piped);
      return call(name, arguments);
    }

    private static Call call(String name, List<Expression> arguments) {
      TemplateFunctions.Definition definition = TemplateFunctions.get(name);
      if (definition == null) {
        throw invalid("function " + StringText.quote(name) + " not defined");
      }
      if (arguments.size() < definition.min() || arguments.size() > definition.max()) {
        throw invalid("wrong number of arguments for " + name + ": " + arguments.size() + " given");
      }
      return new Call(name, definition.function(), arguments);
    }

    private Expression operand() {
      char c = action.charAt(at);
      if (c == '.') {
        at++;
        return new Field(at < action.length() && isWordStart(action.charAt(at)) ? word() : dot());
      }
      if (c == '"' || c == '`') {
        return new Constant(string(c));
      }
      if (c == '(') {
        at++;
        Expression inner = pipeline();
        if (at >= action.length() || action.charAt(at) != ')') {
          throw invalid("unclosed left paren");
        }
        at++;
        return inner;
      }
      if (isWordStart(c)) {
        String name = word();
        return name.equals("true") || name.equals("false")
            ? new Constant(name.equals("true"))
            : call(name, List.of());
      }
      return number();
    }

    private static String dot() {
      throw invalid("a lone . is not supported; name a label, as in .level");
    }

    private Expression number() {
      int start = at;
      while (at < action.length() && " \t\n|)".indexOf(action.charAt(at)) < 0) {
        at++;
      }
      String literal = action.substring(start, at);
      if (literal.matches("[+-]?\\d{1,18}")) {
        return new Constant(Long.valueOf(literal));
      }
      OptionalDouble number = NumberText.number(literal);
      if (number.isEmpty()) {
        throw invalid("unexpected " + StringText.quote(literal));
      }
      return new Constant(number.getAsDouble());
    }

    private String string(char quote) {
      int start = at++;
      while (at < action.length() && action.charAt(at) != quote) {
        at += action.charAt(at) == '\\' && quote == '"' ? 2 : 1;
      }
      if (at >= action.length()) {
        throw invalid("unterminated quoted string");
      }
      at++;
      return StringText.unquote(action, start, at);
    }

    private String word() {
      int start = at;
      while (at < action.length()
          && (isWordStart(action.charAt(at)) || Character.isDigit(action.charAt(at)))) {
        at++;
      }
      return action.substring(start, at);
    }

    private static boolean isWordStart(char c) {
      return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }
  }
}
