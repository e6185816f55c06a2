package dev.headroom.query.promql;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Printable;
import java.util.List;
import java.util.function.UnaryOperator;

/** {@code label_replace} and {@code label_join}. */
final class LabelFunctions {
  static StepValue replace(Evaluation evaluation, Expr.Call call, Grid grid) {
    List<String> texts = texts(call);
    String target = labelName("label_replace", texts.get(0));
    Pattern pattern = pattern(texts.get(3));
    return relabelled(
        evaluation,
        call,
        grid,
        labels -> {
          Matcher matcher = pattern.matcher(labels.get(texts.get(2)));
          return matcher.matches()
              ? labels.with(target, ReplacementText.expand(texts.get(1), matcher))
              : labels;
        });
  }

  static StepValue join(Evaluation evaluation, Expr.Call call, Grid grid) {
    List<String> texts = texts(call);
    String target = labelName("label_join", texts.get(0));
    List<String> sources = texts.subList(2, texts.size());
    return relabelled(
        evaluation,
        call,
        grid,
        labels ->
            labels.with(
                target, String.join(texts.get(1), sources.stream().map(labels::get).toList())));
  }

  private static List<String> texts(Expr.Call call) {
    return call.arguments().stream().skip(1).map(Evaluation::text).toList();
  }

  private static String labelName(String function, String name) {
    if (name.isEmpty()) {
      throw Evaluation.failed(
          "invalid destination label name in " + function + "(): " + Printable.quote(name));
    }
    return name;
  }

  private static Pattern pattern(String regex) {
    try {
      return Pattern.compile(regex, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw Evaluation.failed(
          "invalid regular expression in label_replace(): "
              + Printable.quote(regex)
              + ", "
              + e.getMessage());
    }
  }

  private static StepValue relabelled(
      Evaluation evaluation, Expr.Call call, Grid grid, UnaryOperator<Labels> change) {
    var merge = new RowMerge(evaluation, grid);
    for (Row row : evaluation.rows(call.arguments().getFirst(), grid)) {
      merge.add(row.withLabels(change.apply(row.labels())));
    }
    return merge.rows();
  }

  private LabelFunctions() {}
}
