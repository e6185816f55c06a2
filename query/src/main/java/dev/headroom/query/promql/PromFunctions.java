package dev.headroom.query.promql;

import static dev.headroom.query.promql.ExprType.MATRIX;
import static dev.headroom.query.promql.ExprType.SCALAR;
import static dev.headroom.query.promql.ExprType.STRING;
import static dev.headroom.query.promql.ExprType.VECTOR;

import dev.headroom.query.promql.FunctionBody.OverValue;
import dev.headroom.query.promql.FunctionBody.OverWindow;
import dev.headroom.query.promql.FunctionBody.ValueFunction;
import dev.headroom.query.promql.FunctionBody.Whole;
import dev.headroom.query.promql.FunctionBody.WholeFunction;
import dev.headroom.query.promql.FunctionBody.WindowFunction;
import dev.headroom.storage.model.Printable;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Every function there is, by name. */
public final class PromFunctions {
  private static final int ANY_NUMBER = PromFunction.ANY_NUMBER;
  private static final Map<String, PromFunction> BY_NAME = new HashMap<>();

  static {
    windows();
    trends();
    values();
    trigonometry();
    dates();
    vectors();
  }

  /** One that is known to be there, for other languages over the same engine. */
  public static PromFunction require(String name) {
    PromFunction function = BY_NAME.get(name);
    if (function == null) {
      throw new IllegalArgumentException("no function " + name);
    }
    return function;
  }

  static @Nullable PromFunction get(String name) {
    return BY_NAME.get(name);
  }

  static Map<String, PromFunction> all() {
    return Map.copyOf(BY_NAME);
  }

  static String unknown(String name) {
    return name.equals("limitk") || name.equals("limit_ratio") || name.equals("info")
        ? name + " is experimental in Prometheus and not supported here"
        : "unknown function with name " + Printable.quote(name);
  }

  private static void windows() {
    window("rate", CounterFunctions::rate);
    window("increase", CounterFunctions::increase);
    window("delta", CounterFunctions::delta);
    window("irate", CounterFunctions::instantRate);
    window("idelta", CounterFunctions::instantDelta);
    window("resets", CounterFunctions::resets);
    window("changes", CounterFunctions::changes);
    window("sum_over_time", w -> w.of(Statistics::sum));
    window("avg_over_time", w -> w.of(Statistics::average));
    window("min_over_time", w -> w.of(Statistics::min));
    window("max_over_time", w -> w.of(Statistics::max));
    window("count_over_time", w -> w.of(Statistics::count));
    window("present_over_time", w -> w.of(Statistics::one));
    window("stddev_over_time", w -> w.of(Statistics::deviation));
    window("stdvar_over_time", w -> w.of(Statistics::variance));
    window("mad_over_time", w -> w.of(Statistics::medianDeviation));
    window("ts_of_min_over_time", w -> ExtremeTimes.ofMin(w) / 1000.0);
    window("ts_of_max_over_time", w -> ExtremeTimes.ofMax(w) / 1000.0);
    window("ts_of_first_over_time", w -> w.firstTime() / 1000.0);
    window("ts_of_last_over_time", w -> w.lastTime() / 1000.0);
    add("last_over_time", List.of(MATRIX), new OverWindow(Window::lastValue, true));
    add("first_over_time", List.of(MATRIX), new OverWindow(Window::firstValue, true));
    add("quantile_over_time", List.of(SCALAR, MATRIX), window(w -> w.quantile(w.parameter(0))));
    add("absent_over_time", List.of(MATRIX), whole(AbsenceFunctions::overTime));
  }

  private static void trends() {
    window("deriv", TrendFunctions::slope);
    add("predict_linear", List.of(MATRIX, SCALAR), window(TrendFunctions::predict));
    List<ExprType> factors = List.of(MATRIX, SCALAR, SCALAR);
    add(
        "double_exponential_smoothing",
        factors,
        window(TrendFunctions::doubleExponentialSmoothing));
    add("holt_winters", factors, window(TrendFunctions::doubleExponentialSmoothing));
  }

  private static void values() {
    value("abs", Math::abs);
    value("ceil", Math::ceil);
    value("floor", Math::floor);
    value("exp", Math::exp);
    value("ln", Math::log);
    value("log2", ValueFunctions::log2);
    value("log10", Math::log10);
    value("sqrt", Math::sqrt);
    value("sgn", ValueFunctions::sign);
    ValueFunction round = (v, p) -> ValueFunctions.round(v, p.length == 0 ? 1 : p[0]);
    add("round", List.of(VECTOR, SCALAR), 1, 2, VECTOR, new OverValue(round));
    ValueFunction clamp = (v, p) -> ValueFunctions.clamp(v, p[0], p[1]);
    add("clamp", List.of(VECTOR, SCALAR, SCALAR), new OverValue(clamp));
    add("clamp_min", List.of(VECTOR, SCALAR), new OverValue((v, p) -> Math.max(v, p[0])));
    add("clamp_max", List.of(VECTOR, SCALAR), new OverValue((v, p) -> Math.min(v, p[0])));
  }

  private static void trigonometry() {
    value("sin", Math::sin);
    value("cos", Math::cos);
    value("tan", Math::tan);
    value("asin", Math::asin);
    value("acos", Math::acos);
    value("atan", Math::atan);
    value("sinh", Math::sinh);
    value("cosh", Math::cosh);
    value("tanh", Math::tanh);
    value("asinh", ValueFunctions::asinh);
    value("acosh", ValueFunctions::acosh);
    value("atanh", ValueFunctions::atanh);
    value("deg", v -> v * 180 / Math.PI);
    value("rad", v -> v * Math.PI / 180);
  }

  private static void dates() {
    date("minute", LocalDateTime::getMinute);
    date("hour", LocalDateTime::getHour);
    date("day_of_week", DateFunctions::dayOfWeek);
    date("day_of_month", LocalDateTime::getDayOfMonth);
    date("day_of_year", LocalDateTime::getDayOfYear);
    date("days_in_month", DateFunctions::daysInMonth);
    date("month", LocalDateTime::getMonthValue);
    date("year", LocalDateTime::getYear);
  }

  private static void vectors() {
    add("pi", List.of(), 0, 0, SCALAR, whole(VectorFunctions::pi));
    add("time", List.of(), 0, 0, SCALAR, whole(VectorFunctions::time));
    add("scalar", List.of(VECTOR), 1, 1, SCALAR, whole(VectorFunctions::scalar));
    add("vector", List.of(SCALAR), whole(VectorFunctions::vector));
    add("timestamp", List.of(VECTOR), whole(VectorFunctions::timestamp));
    add("absent", List.of(VECTOR), whole(AbsenceFunctions::absent));
    add("sort", List.of(VECTOR), whole(SortFunctions::ascending));
    add("sort_desc", List.of(VECTOR), whole(SortFunctions::descending));
    List<ExprType> names = List.of(VECTOR, STRING);
    add("sort_by_label", names, 1, ANY_NUMBER, VECTOR, whole(SortFunctions::byLabel));
    add(
        "sort_by_label_desc",
        names,
        1,
        ANY_NUMBER,
        VECTOR,
        whole(SortFunctions::byLabelDescending));
    add(
        "label_replace",
        List.of(VECTOR, STRING, STRING, STRING, STRING),
        whole(LabelFunctions::replace));
    List<ExprType> joined = List.of(VECTOR, STRING, STRING, STRING);
    add("label_join", joined, 3, ANY_NUMBER, VECTOR, whole(LabelFunctions::join));
    add("histogram_quantile", List.of(SCALAR, VECTOR), whole(HistogramFunctions::quantile));
    add("histogram_fraction", List.of(SCALAR, SCALAR, VECTOR), whole(HistogramFunctions::fraction));
    for (String part : List.of("count", "sum", "avg", "stddev", "stdvar")) {
      // of native histograms, which no series here holds
      add("histogram_" + part, List.of(VECTOR), whole(VectorFunctions::nothing));
    }
  }

  private static void window(String name, WindowFunction function) {
    add(name, List.of(MATRIX), window(function));
  }

  private static FunctionBody window(WindowFunction function) {
    return new OverWindow(function, false);
  }

  private static void value(String name, DoubleUnaryOperator function) {
    add(name, List.of(VECTOR), new OverValue((v, _) -> function.applyAsDouble(v)));
  }

  private static void date(String name, ToIntFunction<LocalDateTime> part) {
    ValueFunction function = (v, _) -> DateFunctions.part(v, part);
    add(name, List.of(VECTOR), 0, 1, VECTOR, new OverValue(function));
  }

  private static FunctionBody whole(WholeFunction function) {
    return new Whole(function);
  }

  private static void add(String name, List<ExprType> arguments, FunctionBody body) {
    add(name, arguments, arguments.size(), arguments.size(), VECTOR, body);
  }

  private static void add(
      String name,
      List<ExprType> arguments,
      int min,
      int max,
      ExprType returns,
      FunctionBody body) {
    BY_NAME.put(name, new PromFunction(name, arguments, min, max, returns, body));
  }

  private PromFunctions() {}
}
