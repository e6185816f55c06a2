package dev.headroom.query.lang;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The functions of {@code where} and {@code eval}, with how many arguments they take. */
public enum ExprFunction {
  ABS(1, 1),
  CEIL(1, 1),
  COALESCE(1, 100),
  CONCAT(1, 100),
  CONTAINS(2, 2),
  ENDSWITH(2, 2),
  EXISTS(1, 1),
  FLOOR(1, 1),
  IF(2, 3),
  LEN(1, 1),
  LOWER(1, 1),
  MATCHES(2, 2),
  REPLACE(3, 3),
  ROUND(1, 2),
  SQRT(1, 1),
  STARTSWITH(2, 2),
  SUBSTR(2, 3),
  TONUMBER(1, 1),
  TOSTRING(1, 1),
  TRIM(1, 1),
  UPPER(1, 1);

  private final int least;
  private final int most;

  ExprFunction(int least, int most) {
    this.least = least;
    this.most = most;
  }

  static Optional<ExprFunction> of(String name) {
    return Arrays.stream(values()).filter(function -> function.word().equals(name)).findFirst();
  }

  static String words() {
    return Arrays.stream(values()).map(ExprFunction::word).collect(Collectors.joining(", "));
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean takes(int arguments) {
    return arguments >= least && arguments <= most;
  }

  String arguments() {
    if (least == most) {
      return least == 1 ? "1 argument" : least + " arguments";
    }
    return least + " to " + most + " arguments";
  }

  /** Whether the argument at this place may be a regular expression. */
  boolean takesRegex(int place) {
    return place == 1 && (this == MATCHES || this == REPLACE);
  }
}
