package dev.headroom.query.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query made by chance, with what it means in plain Java over lists of maps, newest record first.
 * The two are written side by side and share nothing.
 */
final class RandomPipeline {
  private final Random random;
  private final StringBuilder text = new StringBuilder("*");
  private UnaryOperator<List<Map<String, Object>>> meaning = rows -> rows;
  private boolean isTable;

  /** Fields that the rows may have: numbers, and others. */
  private List<String> numbers = List.of("n", "status", "took");

  private List<String> words = List.of("level", "route", "host", "trace");
  private int computed;

  RandomPipeline(Random random) {
    this.random = random;
    int stages = 1 + random.nextInt(5);
    for (int i = 0; i < stages; i++) {
      stage();
    }
    // Equal rows may come in any order otherwise.
    if (isTable) {
      order();
    }
  }

  String text() {
    return text.toString();
  }

  List<Map<String, Object>> apply(List<Map<String, Object>> records) {
    List<Map<String, Object>> copies = new ArrayList<>();
    records.forEach(record -> copies.add(new LinkedHashMap<>(record)));
    return meaning.apply(copies);
  }

  List<String> fields() {
    return java.util.stream.Stream.concat(numbers.stream(), words.stream()).toList();
  }

  private void add(String stage, UnaryOperator<List<Map<String, Object>>> does) {
    text.append(" | ").append(stage);
    UnaryOperator<List<Map<String, Object>>> before = meaning;
    meaning = rows -> does.apply(before.apply(rows));
  }

  private String any(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  private void stage() {
    switch (random.nextInt(12)) {
      case 0, 1 -> where();
      case 2 -> eval();
      case 3 -> order();
      case 4 -> head();
      case 5 -> tail();
      case 6 -> dedup();
      case 7, 8 -> stats();
      case 9 -> ranked();
      case 10 -> fieldsStage();
      default -> chart();
    }
  }

  private static long time(Map<String, Object> record) {
    return record.get("_time") instanceof Long nanos ? nanos : 0;
  }

  private RandomExpressions expressions() {
    return new RandomExpressions(random, numbers, words);
  }

  private void where() {
    RandomExpressions.Condition condition = expressions().condition(2);
    add("where " + condition.text(), rows -> rows.stream().filter(condition.holds()).toList());
  }

  private void eval() {
    RandomExpressions.Numbers value = expressions().numeric(2);
    String name = "x" + computed++;
    add(
        "eval " + name + " = " + value.text(),
        rows -> {
          for (Map<String, Object> row : rows) {
            Double computed = value.value().apply(row);
            if (computed == null) {
              row.remove(name);
            } else {
              row.put(name, computed);
            }
          }
          return rows;
        });
    numbers = plus(numbers, name);
  }

  private static List<String> plus(List<String> names, String name) {
    var more = new ArrayList<>(names);
    more.add(name);
    return more;
  }

  private static Comparator<Map<String, Object>> by(String field, boolean descending) {
    return (a, b) -> {
      Object x = a.get(field);
      Object y = b.get(field);
      if (x == null || y == null) {
        return Boolean.compare(x == null, y == null);
      }
      Double number = RandomExpressions.number(x);
      Double other = RandomExpressions.number(y);
      int order =
          number == null || other == null
              ? x.toString().compareTo(y.toString())
              : Double.compare(number, other);
      return descending ? -order : order;
    };
  }

  /** By every field, so that only equal rows are left without an order. */
  private void order() {
    var names = new ArrayList<>(fields());
    java.util.Collections.shuffle(names, random);
    var stage = new StringBuilder("sort ");
    Comparator<Map<String, Object>> order = (_, _) -> 0;
    for (int i = 0; i < names.size(); i++) {
      boolean descending = random.nextBoolean();
      stage.append(i == 0 ? "" : ", ").append(descending ? "-" : "").append('`');
      stage.append(names.get(i)).append('`');
      order = order.thenComparing(by(names.get(i), descending));
    }
    Comparator<Map<String, Object>> whole = order;
    add(stage.toString(), rows -> rows.stream().sorted(whole).toList());
  }

  private void head() {
    if (isTable) {
      order();
    }
    int count = random.nextInt(40);
    add("head " + count, rows -> rows.subList(0, Math.min(count, rows.size())));
  }

  private void tail() {
    if (isTable) {
      order();
    }
    int count = random.nextInt(40);
    add("tail " + count, rows -> rows.subList(Math.max(0, rows.size() - count), rows.size()));
  }

  private void dedup() {
    if (isTable) {
      order();
    }
    String field = any(fields());
    int keep = 1 + random.nextInt(2);
    add(
        "dedup `" + field + "` keep " + keep,
        rows -> {
          Map<Object, Integer> seen = new HashMap<>();
          return rows.stream()
              .filter(row -> row.get(field) != null)
              .filter(row -> seen.merge(key(row.get(field)), 1, Integer::sum) <= keep)
              .toList();
        });
  }

  private static Object key(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : String.valueOf(value);
  }

  private void fieldsStage() {
    var kept = new ArrayList<>(fields());
    if (kept.size() < 3) {
      return;
    }
    String dropped = any(kept);
    kept.remove(dropped);
    numbers = numbers.stream().filter(kept::contains).toList();
    words = words.stream().filter(kept::contains).toList();
    boolean keeps = random.nextBoolean() || numbers.isEmpty();
    add(
        keeps
            ? "fields "
                + kept.stream().map(n -> "`" + n + "`").collect(Collectors.joining(", "))
                + (isTable ? "" : ", _time")
            : "fields - `" + dropped + "`",
        rows -> {
          rows.forEach(row -> row.remove(dropped));
          return rows;
        });
  }

  private record Measured(
      String text, String name, Function<List<Map<String, Object>>, @Nullable Object> of) {}

  private Measured measure() {
    if (numbers.isEmpty() || random.nextInt(4) == 0) {
      return new Measured("count()", "count", rows -> (long) rows.size());
    }
    String field = any(numbers);
    String function =
        List.of("sum", "avg", "min", "max", "p50", "p90", "stddev", "uniq", "count")
            .get(random.nextInt(9));
    String any = words.isEmpty() || random.nextBoolean() ? field : any(words);
    String of = function.equals("uniq") || function.equals("count") ? any : field;
    String name = "m" + computed++;
    return new Measured(
        function + "(`" + of + "`) as " + name, name, rows -> measured(function, of, rows));
  }

  private static @Nullable Object measured(
      String function, String field, List<Map<String, Object>> rows) {
    List<Object> values =
        rows.stream().map(row -> row.get(field)).filter(Objects::nonNull).toList();
    if (function.equals("count")) {
      return (long) values.size();
    }
    if (function.equals("uniq")) {
      return (long) values.stream().map(RandomPipeline::key).collect(Collectors.toSet()).size();
    }
    double[] x =
        values.stream()
            .filter(Number.class::isInstance)
            .mapToDouble(value -> ((Number) value).doubleValue())
            .sorted()
            .toArray();
    if (x.length == 0) {
      return null;
    }
    double sum = java.util.Arrays.stream(x).sum();
    return switch (function) {
      case "sum" -> sum;
      case "avg" -> sum / x.length;
      case "min" -> x[0];
      case "max" -> x[x.length - 1];
      case "stddev" -> {
        double mean = sum / x.length;
        yield Math.sqrt(
            java.util.Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length);
      }
      default -> {
        double rank = Integer.parseInt(function.substring(1)) / 100.0 * (x.length - 1);
        int below = (int) Math.floor(rank);
        double share = rank - below;
        yield share == 0 ? x[below] : x[below] * (1 - share) + x[below + 1] * share;
      }
    };
  }

  private static Map<List<Object>, List<Map<String, Object>>> groups(
      List<Map<String, Object>> rows, List<Function<Map<String, Object>, @Nullable Object>> by) {
    Map<List<Object>, List<Map<String, Object>>> groups = new LinkedHashMap<>();
    for (Map<String, Object> row : rows) {
      var key = new ArrayList<Object>();
      for (Function<Map<String, Object>, @Nullable Object> of : by) {
        Object value = of.apply(row);
        if (value != null) {
          key.add(value);
        }
      }
      if (key.size() == by.size()) {
        groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
      }
    }
    return groups;
  }

  private void stats() {
    var measures = new ArrayList<Measured>();
    var names = new HashSet<String>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      Measured measure = measure();
      if (names.add(measure.name())) {
        measures.add(measure);
      }
    }
    List<String> by = groupFields(names);
    boolean time = !isTable && random.nextInt(3) == 0;
    var columns = new ArrayList<>(by);
    List<Function<Map<String, Object>, @Nullable Object>> keys = new ArrayList<>();
    by.forEach(name -> keys.add(row -> row.get(name)));
    var shown = new ArrayList<String>(by.stream().map(n -> "`" + n + "`").toList());
    if (time) {
      shown.add("bucket(7m) as t");
      columns.add("t");
      keys.add(row -> Math.floorDiv(time(row), 420_000_000_000L));
    }
    String stage =
        "stats "
            + measures.stream().map(Measured::text).collect(Collectors.joining(", "))
            + (shown.isEmpty() ? "" : " by " + String.join(", ", shown));
    add(
        stage,
        rows -> {
          Map<List<Object>, List<Map<String, Object>>> groups = groups(rows, keys);
          if (keys.isEmpty() && groups.isEmpty()) {
            groups.put(List.of(), List.of());
          }
          var table = new ArrayList<Map<String, Object>>();
          groups.forEach((key, group) -> table.add(line(columns, key, measures, group)));
          return table;
        });
    isTable = true;
    numbers =
        java.util.stream.Stream.concat(
                by.stream().filter(numbers::contains), measures.stream().map(Measured::name))
            .toList();
    List<String> before = words;
    words = columns.stream().filter(name -> before.contains(name) || name.equals("t")).toList();
    measures.stream().filter(m -> m.text().startsWith("stddev")).forEach(m -> round(m.name()));
    if (time) {
      // Times are compared no further: only what was counted by them.
      add(
          "fields - t",
          rows -> {
            rows.forEach(row -> row.remove("t"));
            return rows;
          });
      words = words.stream().filter(name -> !name.equals("t")).toList();
    }
  }

  /** Two ways to the same spread differ in the last digits, and so would groups by it. */
  private void round(String name) {
    add(
        "eval " + name + " = round(" + name + ", 3)",
        rows -> {
          for (Map<String, Object> row : rows) {
            if (row.get(name) instanceof Double value) {
              row.put(
                  name, BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).doubleValue());
            }
          }
          return rows;
        });
  }

  private List<String> groupFields(java.util.Set<String> taken) {
    var names = new LinkedHashSet<String>();
    for (int i = random.nextInt(3); i > 0; i--) {
      String name = any(fields());
      if (!taken.contains(name)) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  private static Map<String, Object> line(
      List<String> columns,
      List<Object> key,
      List<Measured> measures,
      List<Map<String, Object>> group) {
    Map<String, Object> line = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      line.put(columns.get(i), key.get(i));
    }
    for (Measured measure : measures) {
      Object value = measure.of().apply(group);
      if (value != null) {
        line.put(measure.name(), value);
      }
    }
    return line;
  }

  private void ranked() {
    String field = any(fields());
    if (field.equals("count") || field.equals("share")) {
      return;
    }
    boolean rare = random.nextBoolean();
    int count = 1 + random.nextInt(4);
    add(
        (rare ? "rare " : "top ") + count + " `" + field + "`",
        rows -> {
          var groups = groups(rows, List.of(row -> row.get(field)));
          long all = groups.values().stream().mapToLong(List::size).sum();
          var table = new ArrayList<Map<String, Object>>();
          groups.forEach(
              (key, group) -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put(field, key.getFirst());
                line.put("count", (long) group.size());
                line.put("share", group.size() / (double) all);
                table.add(line);
              });
          table.sort(by("count", !rare).thenComparing(by(field, false)));
          return table.subList(0, Math.min(count, table.size()));
        });
    isTable = true;
    boolean number = numbers.contains(field);
    numbers = number ? List.of(field, "count", "share") : List.of("count", "share");
    words = number ? List.of() : List.of(field);
  }

  /** Each span with a count of rows for each value; only where records have their time. */
  private void chart() {
    if (isTable || !words.contains("level")) {
      return;
    }
    long span = 900_000_000_000L;
    int series = 1 + random.nextInt(3);
    add(
        "timechart span=15m count() by level limit=" + series + " | fields - _time",
        rows -> {
          var totals = new TreeMap<String, Long>();
          var times = new TreeMap<Long, Map<String, Long>>();
          for (Map<String, Object> row : rows) {
            if (row.get("level") instanceof String level) {
              totals.merge(level, 1L, Long::sum);
              times
                  .computeIfAbsent(Math.floorDiv(time(row), span), _ -> new HashMap<>())
                  .merge(level, 1L, Long::sum);
            }
          }
          var largest = new ArrayList<>(totals.keySet());
          largest.sort(Comparator.comparing(level -> -totals.getOrDefault(level, 0L)));
          List<String> shown = largest.subList(0, Math.min(series, largest.size()));
          var table = new ArrayList<Map<String, Object>>();
          for (long at = times.isEmpty() ? 1 : times.firstKey();
              !times.isEmpty() && at <= times.lastKey();
              at++) {
            Map<String, Object> line = new LinkedHashMap<>();
            for (String level : largest) {
              long count = times.getOrDefault(at, Map.of()).getOrDefault(level, 0L);
              String column = shown.contains(level) ? level : "other";
              line.put(column, count + (line.get(column) instanceof Long more ? more : 0));
            }
            table.add(line);
          }
          return table;
        });
    isTable = true;
    numbers = List.of("info", "warn", "error", "other");
    words = List.of();
  }
}
