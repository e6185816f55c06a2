package dev.headroom.query.logql;

import java.util.Locale;

/** Levels in the words that Grafana colours. */
final class DetectedLevel {
  static final String UNKNOWN = "unknown";

  static String of(String level) {
    return switch (level.toLowerCase(Locale.ROOT)) {
      case "trace", "trc", "finest", "finer", "verbose", "10" -> "trace";
      case "debug", "dbg", "fine", "config", "20" -> "debug";
      case "info", "inf", "information", "informational", "notice", "ok", "30" -> "info";
      case "warn", "warning", "wrn", "40" -> "warn";
      case "error", "err", "eror", "severe", "50" -> "error";
      case "critical", "crit", "alert" -> "critical";
      case "fatal", "ftl", "emergency", "emerg", "panic", "60" -> "fatal";
      default -> UNKNOWN;
    };
  }

  private DetectedLevel() {}
}
