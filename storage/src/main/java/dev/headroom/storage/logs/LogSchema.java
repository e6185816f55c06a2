package dev.headroom.storage.logs;

/** The one place that knows the names and types of Lucene fields. */
public final class LogSchema {
  /** Event time. */
  public static final String TIMESTAMP = "@timestamp";

  private LogSchema() {}
}
