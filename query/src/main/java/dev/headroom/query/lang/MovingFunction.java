package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of Elasticsearch's {@code MovingFunctions}, with its parameters. The window it is given holds
 * values only, oldest first; NaN stands for no answer.
 */
public record MovingFunction(Kind kind, List<Double> parameters) {
  private static final Pattern CALL =
      Pattern.compile(
          "\\s*(?:return\\s+)?MovingFunctions\\.(\\w+)\\s*\\(\\s*values\\s*((?:,[^;]*)?)\\)\\s*;?\\s*");
  private static final String MEAN = "MovingFunctions.unweightedAvg(values)";

  public enum Kind {
    MAX,
    MIN,
    SUM,
    STD_DEV,
    UNWEIGHTED_AVG,
    LINEAR_WEIGHTED_AVG,
    EWMA,
    HOLT
  }

  /**
   * Reads a script that calls one function.
   *
   * @throws HeadroomException INVALID when it does anything else
   */
  static MovingFunction parse(String script) {
    Matcher call = CALL.matcher(script);
    if (call.matches()) {
      String name = call.group(1);
      String rest = call.group(2).trim();
      String inner = rest.isEmpty() ? "" : rest.substring(1).trim();
      if (name.equals("stdDev") && inner.replace(" ", "").equals(MEAN)) {
        return new MovingFunction(Kind.STD_DEV, List.of());
      }
      List<Double> parameters = numbers(inner, script);
      switch (name + "/" + parameters.size()) {
        case "max/0" -> {
          return new MovingFunction(Kind.MAX, parameters);
        }
        case "min/0" -> {
          return new MovingFunction(Kind.MIN, parameters);
        }
        case "sum/0" -> {
          return new MovingFunction(Kind.SUM, parameters);
        }
        case "unweightedAvg/0" -> {
          return new MovingFunction(Kind.UNWEIGHTED_AVG, parameters);
        }
        case "linearWeightedAvg/0" -> {
          return new MovingFunction(Kind.LINEAR_WEIGHTED_AVG, parameters);
        }
        case "ewma/1" -> {
          return new MovingFunction(Kind.EWMA, parameters);
        }
        case "holt/2" -> {
          return new MovingFunction(Kind.HOLT, parameters);
        }
        default -> {} // said below
      }
    }
    throw unknown(script);
  }

  private static HeadroomException unknown(String script) {
    return HeadroomException.invalid(
        "moving_fn script "
            + Printable.quote(script)
            + " is not supported; it may call one of MovingFunctions.max, min, sum, stdDev,"
            + " unweightedAvg, linearWeightedAvg, ewma and holt with values");
  }

  private static List<Double> numbers(String text, String script) {
    List<Double> numbers = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      try {
        numbers.add(Double.valueOf(part.trim()));
      } catch (NumberFormatException _) {
        throw unknown(script);
      }
    }
    return numbers;
  }

  public double of(double[] window) {
    return switch (kind) {
      case MAX -> Arrays.stream(window).max().orElse(Double.NaN);
      case MIN -> Arrays.stream(window).min().orElse(Double.NaN);
      case SUM -> Arrays.stream(window).sum();
      case UNWEIGHTED_AVG -> Arrays.stream(window).average().orElse(Double.NaN);
      case STD_DEV -> deviation(window);
      case LINEAR_WEIGHTED_AVG -> weighted(window);
      case EWMA -> exponential(window);
      case HOLT -> holt(window);
    };
  }

  private static double deviation(double[] window) {
    double mean = Arrays.stream(window).average().orElse(Double.NaN);
    return Math.sqrt(
        Arrays.stream(window).map(x -> (x - mean) * (x - mean)).average().orElse(Double.NaN));
  }

  /** The weights' sum starts at 1, as it does in Elasticsearch. */
  private static double weighted(double[] window) {
    double sum = 0;
    double weights = 1;
    for (int i = 0; i < window.length; i++) {
      sum += window[i] * (i + 1);
      weights += i + 1;
    }
    return window.length == 0 ? Double.NaN : sum / weights;
  }

  private double exponential(double[] window) {
    double alpha = parameters.getFirst();
    double mean = window.length == 0 ? Double.NaN : window[0];
    for (int i = 1; i < window.length; i++) {
      mean = window[i] * alpha + mean * (1 - alpha);
    }
    return mean;
  }

  /** The level after the last value; the trend only carries it from value to value. */
  private double holt(double[] window) {
    double alpha = parameters.getFirst();
    double beta = parameters.getLast();
    double level = window.length == 0 ? Double.NaN : window[0];
    double trend = 0;
    for (int i = 1; i < window.length; i++) {
      double before = level;
      level = alpha * window[i] + (1 - alpha) * (before + trend);
      trend = beta * (level - before) + (1 - beta) * trend;
    }
    return level;
  }
}
