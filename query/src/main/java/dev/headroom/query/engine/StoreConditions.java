package dev.headroom.query.engine;

import dev.headroom.query.lang.Expr;
import dev.headroom.query.lang.ExprFunction;
import dev.headroom.storage.logs.FieldInfo.Type;
import dev.headroom.storage.logs.LogFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Conditions of {@code where} as filters of the store, where both mean the same: of fields whose
 * values all are numbers, or all texts that are kept whole, or all booleans.
 */
final class StoreConditions {
  private static final Set<Type> NUMBERS = Set.of(Type.LONG, Type.DOUBLE);
  private static final Set<Type> TEXTS = Set.of(Type.KEYWORD);
  private static final Set<Type> BOOLEANS = Set.of(Type.BOOLEAN);

  private final StoredFields stored;

  StoreConditions(StoredFields stored) {
    this.stored = stored;
  }

  /** Empty when the store has no such condition. */
  Optional<LogFilter> of(Expr expr) {
    return switch (expr) {
      case Expr.Not not -> of(not.part()).map(LogFilter.Not::new);
      case Expr.And and -> all(and.parts()).map(LogFilter::and);
      case Expr.Or or -> all(or.parts()).map(LogFilter::or);
      case Expr.Compare compare
          when compare.left() instanceof Expr.Field field
              && compare.right() instanceof Expr.Literal literal ->
          compare(compare.comparison(), field.name(), literal.value());
      case Expr.In in when in.value() instanceof Expr.Field field -> in(field, in.choices());
      case Expr.Call call
          when call.function() == ExprFunction.EXISTS
              && call.arguments().getFirst() instanceof Expr.Field field
              && stored.hasOnly(field.name(), Set.of(Type.values()))
              && !StoredFields.isTime(field.name()) ->
          Optional.of(new LogFilter.Exists(field.name()));
      default -> Optional.empty();
    };
  }

  private Optional<List<LogFilter>> all(List<Expr> parts) {
    var filters = new ArrayList<LogFilter>();
    for (Expr part : parts) {
      Optional<LogFilter> filter = of(part);
      if (filter.isEmpty()) {
        return Optional.empty();
      }
      filters.add(filter.get());
    }
    return Optional.of(filters);
  }

  private Optional<LogFilter> in(Expr.Field field, List<Expr> choices) {
    var filters = new ArrayList<LogFilter>();
    for (Expr choice : choices) {
      Optional<LogFilter> filter =
          choice instanceof Expr.Literal literal
              ? compare(Expr.Comparison.EQUAL, field.name(), literal.value())
              : Optional.empty();
      if (filter.isEmpty()) {
        return Optional.empty();
      }
      filters.add(filter.get());
    }
    return Optional.of(LogFilter.or(filters));
  }

  private Optional<LogFilter> compare(Expr.Comparison comparison, String field, Object value) {
    if (comparison == Expr.Comparison.NOT_EQUAL) {
      return compare(Expr.Comparison.EQUAL, field, value).map(LogFilter.Not::new);
    }
    boolean same =
        value instanceof Number && stored.hasOnly(field, NUMBERS)
            || value instanceof Boolean && stored.hasOnly(field, BOOLEANS)
            || value instanceof String && stored.hasOnly(field, TEXTS);
    if (!same) {
      return Optional.empty();
    }
    String text = value.toString();
    if (comparison == Expr.Comparison.EQUAL) {
      return text.isEmpty() ? Optional.empty() : Optional.of(new LogFilter.Term(field, text));
    }
    if (!(value instanceof Number)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (comparison) {
          case LESS -> new LogFilter.Range(field, null, false, text, false);
          case AT_MOST -> new LogFilter.Range(field, null, false, text, true);
          case MORE -> new LogFilter.Range(field, text, false, null, false);
          case AT_LEAST -> new LogFilter.Range(field, text, true, null, false);
          case EQUAL, NOT_EQUAL -> throw new IllegalStateException("equality is no range");
        });
  }
}
