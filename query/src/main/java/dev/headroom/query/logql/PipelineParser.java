package dev.headroom.query.logql;

import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads selectors and the stages behind them. */
final class PipelineParser {
  private static final int MAX_MATCHERS = 100;
  private static final int MAX_STAGES = 200;

  /** Words that no label filter begins with. */
  private static final Set<String> STAGES =
      Set.of(
          "json",
          "logfmt",
          "pattern",
          "regexp",
          "unpack",
          "decolorize",
          "line_format",
          "label_format",
          "drop",
          "keep",
          "distinct");

  private final TokenReader in;

  PipelineParser(TokenReader in) {
    this.in = in;
  }

  /** {@code {a="b", c=~"d"}}; one of them must leave something out. */
  List<LabelMatch> selector() {
    int start = in.peek().start();
    in.expect("{", "\"{\" and a selector");
    List<LabelMatch> matchers = new ArrayList<>();
    while (!in.take("}")) {
      matchers.add(matcher());
      if (matchers.size() > MAX_MATCHERS) {
        throw in.source().error(start, "more than " + MAX_MATCHERS + " matchers");
      }
      if (!in.peek().is("}")) {
        in.expect(",", "\",\" or \"}\"");
      }
    }
    return matchers;
  }

  private LabelMatch matcher() {
    String name = in.word("a label name or \"}\"");
    return matcher(name);
  }

  private LabelMatch matcher(String name) {
    Token sign = in.next();
    for (LabelMatch.Op op : LabelMatch.Op.values()) {
      if (sign.is(op.symbol())) {
        Token value = in.peek();
        String text = in.string("a label value in quotes");
        return new LabelMatch(
            name, op, text, op.isRegex() ? in.pattern(text, value.start()) : null);
      }
    }
    throw in.source().unexpected(sign, "=, !=, =~ or !~");
  }

  /** The next stage; null when there is none, or an {@code unwrap}. */
  @Nullable Stage stage() {
    Token token = in.peek();
    if (token.kind() != Token.Kind.SYMBOL) {
      return null;
    }
    return switch (token.text()) {
      case "|=" -> lineFilter(LineFilter.Kind.CONTAINS, false);
      case "!=" -> lineFilter(LineFilter.Kind.CONTAINS, true);
      case "|~" -> lineFilter(LineFilter.Kind.REGEX, false);
      case "!~" -> lineFilter(LineFilter.Kind.REGEX, true);
      case "|>" -> lineFilter(LineFilter.Kind.PATTERN, false);
      case "!>" -> lineFilter(LineFilter.Kind.PATTERN, true);
      case "|" -> in.peek(1).isWord("unwrap") ? null : named();
      default -> null;
    };
  }

  /** Every stage up to something else. */
  List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    for (Stage stage = stage(); stage != null; stage = stage()) {
      add(stages, stage);
    }
    return stages;
  }

  void add(List<Stage> stages, Stage stage) {
    if (stages.size() == MAX_STAGES) {
      throw in.source().error(in.peek().start(), "more than " + MAX_STAGES + " stages");
    }
    stages.add(stage);
  }

  private Stage lineFilter(LineFilter.Kind kind, boolean negative) {
    in.next();
    List<LineFilter.Alternative> alternatives = new ArrayList<>();
    do {
      alternatives.add(alternative(kind));
    } while (in.takeWord("or"));
    return new LineFilter(kind, negative, alternatives);
  }

  private LineFilter.Alternative alternative(LineFilter.Kind kind) {
    if (kind == LineFilter.Kind.CONTAINS && in.takeWord("ip")) {
      return new LineFilter.Address(ConditionParser.address(in));
    }
    Token token = in.peek();
    String text = in.string("a text in quotes");
    return switch (kind) {
      case CONTAINS -> new LineFilter.Contains(text);
      case REGEX -> new LineFilter.Regex(in.pattern(text, token.start()));
      case PATTERN -> new LineFilter.Like(read(token, text, LinePattern::ofFilter));
    };
  }

  private <T> T read(Token token, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (HeadroomException e) {
      throw in.source().error(token.start(), String.valueOf(e.getMessage()));
    }
  }

  /** What stands behind a {@code |}. */
  private Stage named() {
    in.next();
    Token word = in.peek();
    boolean isStage = word.kind() == Token.Kind.WORD && STAGES.contains(word.text());
    if (word.is("(") || !isStage && isComparison(in.peek(1))) {
      return new Condition.Filter(new ConditionParser(in).parse());
    }
    if (word.kind() != Token.Kind.WORD) {
      throw in.unexpected("a stage such as json, or a label filter");
    }
    in.next();
    return switch (word.text()) {
      case "json" -> new JsonStage(extractions(JsonPath::parse));
      case "logfmt" -> logfmt();
      case "pattern" -> new TextStages.ByPattern(text(LinePattern::ofStage));
      case "regexp" -> regexp();
      case "unpack" -> new UnpackStage();
      case "decolorize" -> new TextStages.Decolorize();
      case "line_format" -> new FormatStages.Line(text(TemplateParser::parse));
      case "label_format" -> labelFormat();
      case "drop" -> new LabelChoice.Drop(choices());
      case "keep" -> new LabelChoice.Keep(choices());
      case "distinct" -> new LabelChoice.Distinct(names(), Set.of());
      default ->
          throw in.source()
              .error(
                  word.start(),
                  "unknown stage \"" + word.text() + "\", and no comparison behind it");
    };
  }

  private static boolean isComparison(Token token) {
    return token.kind() == Token.Kind.SYMBOL
        && Set.of("=", "==", "!=", "=~", "!~", ">", ">=", "<", "<=").contains(token.text());
  }

  private <T> T text(Function<String, T> reader) {
    Token token = in.peek();
    return read(token, in.string("a text in quotes"), reader);
  }

  private Stage regexp() {
    Token token = in.peek();
    String regex = in.string("a regular expression in quotes");
    var stage = new TextStages.ByRegex(in.pattern(regex, token.start()));
    if (stage.pattern().namedGroups().isEmpty()) {
      throw in.source().error(token.start(), "at least one named capture must be supplied");
    }
    return stage;
  }

  private Stage logfmt() {
    boolean strict = false;
    boolean keepEmpty = false;
    while (in.peek().kind() == Token.Kind.FLAG) {
      switch (in.peek().text()) {
        case "--strict" -> strict = true;
        case "--keep-empty" -> keepEmpty = true;
        default -> throw in.unexpected("--strict or --keep-empty");
      }
      in.next();
    }
    return new LogfmtStage(strict, keepEmpty, extractions(List::<Object>of));
  }

  /** {@code a="b.c", d}; none when no name follows. */
  private List<Extraction> extractions(Function<String, List<Object>> path) {
    List<Extraction> wanted = new ArrayList<>();
    if (in.peek().kind() != Token.Kind.WORD) {
      return wanted;
    }
    do {
      String label = in.word("a label name");
      Token token = in.peek();
      String expression = label;
      if (in.take("=")) {
        token = in.peek();
        expression = in.string("an expression in quotes");
      }
      wanted.add(new Extraction(label, expression, read(token, expression, path)));
    } while (in.take(","));
    return wanted;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    do {
      names.add(in.word("a label name"));
    } while (in.take(","));
    return names;
  }

  private Stage labelFormat() {
    List<FormatStages.Change> changes = new ArrayList<>();
    do {
      Token token = in.peek();
      String label = in.word("a label name");
      if (label.equals(Entry.ERROR)) {
        throw in.source().error(token.start(), label + " cannot be formatted");
      }
      if (changes.stream().anyMatch(change -> change.label().equals(label))) {
        throw in.source().error(token.start(), "multiple label name '" + label + "' not allowed");
      }
      in.expect("=", "\"=\"");
      if (in.peek().kind() == Token.Kind.STRING) {
        changes.add(new FormatStages.Format(label, text(TemplateParser::parse)));
      } else {
        changes.add(new FormatStages.Rename(label, in.word("a label, or a template in quotes")));
      }
    } while (in.take(","));
    return new FormatStages.LabelsStage(changes);
  }

  private List<LabelChoice.Choice> choices() {
    List<LabelChoice.Choice> choices = new ArrayList<>();
    do {
      String name = in.word("a label name");
      boolean matched = isComparison(in.peek());
      choices.add(
          new LabelChoice.Choice(name, matched ? List.of(matcher(name)) : List.<LabelMatch>of()));
    } while (in.take(","));
    return choices;
  }

  /** {@code | unwrap duration(took)} if it stands here. */
  Optional<Unwrap> unwrap() {
    if (!in.peek().is("|") || !in.peek(1).isWord("unwrap")) {
      return Optional.empty();
    }
    in.next();
    in.next();
    Token word = in.peek();
    String name = in.word("a label to unwrap");
    if (!in.take("(")) {
      return Optional.of(new Unwrap(name, Unwrap.Conversion.NUMBER));
    }
    Unwrap.Conversion conversion =
        switch (name) {
          case "bytes" -> Unwrap.Conversion.BYTES;
          case "duration" -> Unwrap.Conversion.DURATION;
          case "duration_seconds" -> Unwrap.Conversion.DURATION_SECONDS;
          default -> throw in.source().unexpected(word, "bytes, duration or duration_seconds");
        };
    String label = in.word("a label to unwrap");
    in.expect(")", "\")\"");
    return Optional.of(new Unwrap(label, conversion));
  }
}
