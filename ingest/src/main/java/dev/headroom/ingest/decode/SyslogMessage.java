package dev.headroom.ingest.decode;

import java.util.List;

/**
 * A syslog message taken apart. Texts that it lacks are empty.
 *
 * @param priority facility × 8 + severity
 * @param timeNanos when it says it was; the moment of receipt when it does not
 * @param host where it comes from
 * @param app the program
 * @param data structured data, in order
 * @param isPlain whether it followed an RFC, so that its parts say all that the line said
 */
record SyslogMessage(
    int priority,
    long timeNanos,
    String host,
    String app,
    String procId,
    String msgId,
    List<Element> data,
    String message,
    boolean isPlain) {
  /** What a message without a priority has: user.notice (RFC 3164, 4.3.3). */
  static final int DEFAULT_PRIORITY = 13;

  /** Structured data of one id; a name may come more than once. */
  record Element(String id, List<Param> params) {}

  record Param(String name, String value) {}

  private static final String[] FACILITIES = {
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "ntp",
    "security",
    "console",
    "clock",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7"
  };

  private static final String[] SEVERITIES = {
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"
  };

  /** The words that other logs have for them. */
  private static final String[] LEVELS = {
    "emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"
  };

  static final int MAX_PRIORITY = FACILITIES.length * SEVERITIES.length - 1;

  String facility() {
    return FACILITIES[priority / SEVERITIES.length];
  }

  String severity() {
    return SEVERITIES[priority % SEVERITIES.length];
  }

  String level() {
    return LEVELS[priority % SEVERITIES.length];
  }
}
