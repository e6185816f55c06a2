package dev.headroom.query.logql;

import java.util.List;

/**
 * A text made of labels: {@code {{.method | upper}} took {{.ms}}ms}. A bounded subset of Go's
 * templates: fields, literals, pipes, calls of {@link TemplateFunctions}, {@code if}. Absent labels
 * are empty.
 */
record Template(String text, List<Node> nodes) {
  sealed interface Node {}

  record Literal(String text) implements Node {}

  record Output(Expression value) implements Node {}

  record If(List<Branch> branches, List<Node> otherwise) implements Node {}

  record Branch(Expression condition, List<Node> nodes) {}

  /** Gives a {@code String}, {@code Long}, {@code Double} or {@code Boolean}. */
  sealed interface Expression {}

  record Constant(Object value) implements Expression {}

  record Field(String name) implements Expression {}

  record Call(String name, TemplateFunctions.Function function, List<Expression> arguments)
      implements Expression {}

  /** A template that fails on an entry; the message says why. */
  static final class TemplateException extends Exception {
    private static final long serialVersionUID = 1;

    TemplateException(String message) {
      super(message);
    }
  }

  /** Longer texts are refused: a function may repeat what it is given. */
  static final int MAX_CHARS = 1 << 20;

  String render(Entry entry) throws TemplateException {
    var out = new StringBuilder();
    render(nodes, entry, out);
    return out.toString();
  }

  private static void render(List<Node> nodes, Entry entry, StringBuilder out)
      throws TemplateException {
    for (Node node : nodes) {
      switch (node) {
        case Literal(String text) -> out.append(text);
        case Output(Expression value) -> out.append(TemplateFunctions.text(value(value, entry)));
        case If choice -> render(chosen(choice, entry), entry, out);
      }
      if (out.length() > MAX_CHARS) {
        throw new TemplateException("the text has more than " + MAX_CHARS + " characters");
      }
    }
  }

  private static List<Node> chosen(If choice, Entry entry) throws TemplateException {
    for (Branch branch : choice.branches()) {
      if (TemplateFunctions.isTrue(value(branch.condition(), entry))) {
        return branch.nodes();
      }
    }
    return choice.otherwise();
  }

  private static Object value(Expression expression, Entry entry) throws TemplateException {
    return switch (expression) {
      case Constant(Object value) -> value;
      case Field(String name) -> entry.get(name);
      case Call call -> {
        Object[] arguments = new Object[call.arguments().size()];
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = value(call.arguments().get(i), entry);
        }
        yield call.function().apply(entry, arguments);
      }
    };
  }
}
