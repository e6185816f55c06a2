package dev.headroom.query.promql;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Sample;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a script of queries and expected answers, in a form close to Prometheus's own test files:
 *
 * <pre>
 * load 5m                              samples from time 0 on, one every 5 minutes
 *   foo{a="b"} 0+10x5 _ stale NaN      first + step x more; a gap; a stale marker
 * eval instant at 10m foo              expected: one line an element, in any order
 *   foo{a="b"} 20
 * eval range from 0 to 10m step 5m foo
 *   foo{a="b"} 0 10 20                 _ for a point that is not there
 * eval_ordered instant at 0 sort(foo)  expected: in this order
 * eval_warn instant at 0 …             a warning besides
 * eval_fail instant at 0 foo + on() bar
 *   part of the message
 * clear
 * </pre>
 */
final class PromScript {
  private static final Pattern COMMAND =
      Pattern.compile(
          "(eval|eval_ordered|eval_fail|eval_warn) (?:instant at (\\S+)|range from (\\S+) to (\\S+)"
              + " step (\\S+)) (.*)");
  private static final double TOLERANCE = 1e-9;
  private static final TenantId TENANT = TenantId.DEFAULT;

  private final List<String> lines;
  private MemoryMetricStore store = new MemoryMetricStore();
  private int at;
  private int evaluated;

  PromScript(String text) {
    lines = text.lines().toList();
  }

  /** Runs all and tells how many queries there were. */
  int run() {
    while (at < lines.size()) {
      String line = lines.get(at++);
      String trimmed = line.strip();
      if (trimmed.isEmpty() || trimmed.startsWith("#")) {
        continue;
      }
      int number = at;
      try {
        command(trimmed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("line " + number + ": " + trimmed + ": " + e.getMessage(), e);
      }
    }
    return evaluated;
  }

  private void command(String line) {
    if (line.equals("clear")) {
      store = new MemoryMetricStore();
    } else if (line.startsWith("load ")) {
      load(DurationText.millis(line.substring(5)));
    } else {
      evaluate(line);
      evaluated++;
    }
  }

  private List<String> body() {
    var body = new ArrayList<String>();
    while (at < lines.size() && lines.get(at).startsWith("  ")) {
      String line = lines.get(at++).strip();
      if (!line.startsWith("#")) {
        body.add(line);
      }
    }
    return body;
  }

  private void load(long stepMillis) {
    var batch = new SampleBatch.Builder(TENANT, "test", 0);
    for (String line : body()) {
      Series series = series(line);
      for (int i = 0; i < series.values().length; i++) {
        if (Double.doubleToRawLongBits(series.values()[i]) != GAP_BITS) {
          batch.add(series.labels(), i * stepMillis, series.values()[i]);
        }
      }
    }
    store.append(batch.build(0));
  }

  private record Series(Labels labels, double[] values) {}

  /** A NaN of its own for a point that is not there. */
  private static final long GAP_BITS = 0x7ff0000000000badL;

  private static final double GAP = Double.longBitsToDouble(GAP_BITS);

  private static Series series(String line) {
    int end = line.indexOf('}') < 0 ? line.indexOf(' ') : line.lastIndexOf('}') + 1;
    return new Series(labels(line.substring(0, end)), values(line.substring(end).strip()));
  }

  private static Labels labels(String text) {
    if (text.equals("{}")) {
      return Labels.EMPTY;
    }
    Map<String, String> labels = new LinkedHashMap<>();
    for (LabelMatcher matcher : PromQlParser.parseSelector(text).allMatchers()) {
      labels.put(matcher.name(), matcher.value());
    }
    return Labels.of(labels);
  }

  private static double[] values(String text) {
    var values = new ArrayList<Double>();
    for (String word : text.split(" +")) {
      Matcher run = Pattern.compile("(-?[\\d.]+)([+-][\\d.]+)?x(\\d+)").matcher(word);
      Matcher gaps = Pattern.compile("_x(\\d+)").matcher(word);
      if (run.matches()) {
        double first = Double.parseDouble(run.group(1));
        double step = run.group(2) == null ? 0 : Double.parseDouble(run.group(2));
        for (int i = 0; i <= Integer.parseInt(run.group(3)); i++) {
          values.add(first + i * step);
        }
      } else if (gaps.matches()) {
        for (int i = 0; i < Integer.parseInt(gaps.group(1)); i++) {
          values.add(GAP);
        }
      } else {
        values.add(value(word));
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double value(String word) {
    return switch (word) {
      case "_" -> GAP;
      case "stale" -> Sample.STALE;
      case "Inf", "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case "NaN" -> Double.NaN;
      default -> Double.parseDouble(word);
    };
  }

  private void evaluate(String line) {
    Matcher command = COMMAND.matcher(line);
    if (!command.matches()) {
      fail("no such command");
    }
    List<String> expected = body();
    String kind = command.group(1);
    if (kind.equals("eval_fail")) {
      var error = assertThrows(HeadroomException.class, () -> answer(command));
      String message = String.valueOf(error.getMessage());
      assertTrue(message.contains(expected.getFirst()), message);
      return;
    }
    PromAnswer answer = answer(command);
    assertEquals(kind.equals("eval_warn"), !answer.warnings().isEmpty(), "warnings");
    switch (answer.value()) {
      case PromValue.Scalar(long _, double value) -> same(value(expected.getFirst()), value);
      case PromValue.Text(long _, String value) -> assertEquals(expected.getFirst(), value);
      case PromValue.Vector(long _, List<PromValue.Element> elements) ->
          vector(expected, elements, kind.equals("eval_ordered"));
      case PromValue.Matrix(List<SeriesSamples> series) -> matrix(expected, series, command);
    }
  }

  private PromAnswer answer(Matcher command) {
    var admission = new QueryAdmission(QueryLimits.DEFAULT, new SimpleMeterRegistry());
    var engine = new MetricEngine(store, admission);
    String query = command.group(6);
    return command.group(2) != null
        ? engine.instant(TENANT, query, time(command.group(2)))
        : engine.range(
            TENANT, query, time(command.group(3)), time(command.group(4)), time(command.group(5)));
  }

  private static long time(String text) {
    return text.matches("\\d+") ? Long.parseLong(text) * 1000 : DurationText.millis(text);
  }

  private static void vector(
      List<String> expected, List<PromValue.Element> elements, boolean ordered) {
    var wanted = new LinkedHashMap<Labels, Double>();
    for (String line : expected) {
      Series series = series(line);
      wanted.put(series.labels(), series.values()[0]);
    }
    var got = new LinkedHashMap<Labels, Double>();
    for (PromValue.Element element : elements) {
      assertTrue(got.put(element.labels(), element.value()) == null, "twice: " + element);
    }
    assertEquals(wanted.keySet(), got.keySet());
    if (ordered) {
      assertEquals(List.copyOf(wanted.keySet()), List.copyOf(got.keySet()));
    }
    wanted.forEach((labels, value) -> same(value, requireNonNull(got.get(labels))));
  }

  private static void matrix(List<String> expected, List<SeriesSamples> series, Matcher command) {
    var got = new LinkedHashMap<Labels, SeriesSamples>();
    series.forEach(one -> got.put(one.labels(), one));
    assertEquals(series.size(), got.size());
    long start = command.group(3) == null ? 0 : time(command.group(3));
    long step = command.group(3) == null ? 1 : time(command.group(5));
    for (String line : expected) {
      Series wanted = series(line);
      SeriesSamples found = got.remove(wanted.labels());
      assertTrue(found != null, "missing: " + wanted.labels());
      int next = 0;
      for (int i = 0; i < wanted.values().length; i++) {
        if (Double.doubleToRawLongBits(wanted.values()[i]) == GAP_BITS) {
          continue;
        }
        assertTrue(next < found.size(), "too few points: " + found.size());
        if (command.group(3) != null) {
          assertEquals(start + i * step, found.timesMillis()[next], "time of point " + i);
        }
        same(wanted.values()[i], found.values()[next++]);
      }
      assertEquals(next, found.size(), "points");
    }
    assertTrue(got.isEmpty(), "not expected: " + got.keySet());
  }

  private static void same(double expected, double value) {
    if (Double.isNaN(expected) || Double.isInfinite(expected) || expected == 0) {
      assertEquals(expected, value, 1e-12);
    } else {
      assertEquals(expected, value, Math.abs(expected) * TOLERANCE);
    }
  }
}
