package dev.headroom.query.logql;

import dev.headroom.storage.model.Labels;
import java.util.Map;
import java.util.TreeMap;

/**
 * One log line on its way through the stages of a query; stages change it. Labels are of three
 * kinds: of the stream, of the record (structured metadata), and parsed from the line. One thread.
 */
public final class Entry {
  static final String ERROR = "__error__";
  static final String ERROR_DETAILS = "__error_details__";

  private final long position;
  private final long timeNanos;
  private String line;
  private final Map<String, String> stream;
  private final Map<String, String> metadata;
  private final Map<String, String> parsed = new TreeMap<>();

  Entry(
      long position,
      long timeNanos,
      String line,
      Map<String, String> stream,
      Map<String, String> metadata) {
    this.position = position;
    this.timeNanos = timeNanos;
    this.line = line;
    this.stream = stream;
    this.metadata = metadata;
  }

  /** Of its record; no two records have the same. */
  long position() {
    return position;
  }

  public long timeNanos() {
    return timeNanos;
  }

  public String line() {
    return line;
  }

  void setLine(String now) {
    line = now;
  }

  public Map<String, String> stream() {
    return stream;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  public Map<String, String> parsed() {
    return parsed;
  }

  /** The label's value, or the empty text. */
  String get(String name) {
    String value = parsed.get(name);
    if (value == null) {
      value = metadata.get(name);
    }
    return value == null ? stream.getOrDefault(name, "") : value;
  }

  boolean has(String name) {
    return parsed.containsKey(name) || metadata.containsKey(name) || stream.containsKey(name);
  }

  /** Sets a label that takes the place of any of that name. */
  void set(String name, String value) {
    remove(name);
    parsed.put(name, value);
  }

  void remove(String name) {
    parsed.remove(name);
    metadata.remove(name);
    stream.remove(name);
  }

  /** A label found in the line: one that the record has already keeps its name. */
  void extract(String rawName, String value) {
    String name = labelName(rawName);
    if (name.isEmpty()) {
      return;
    }
    boolean taken = stream.containsKey(name) || metadata.containsKey(name);
    parsed.put(taken ? name + "_extracted" : name, value);
  }

  /** Letters, digits and {@code _}, no digit in front. */
  static String labelName(String raw) {
    var name = new StringBuilder(raw.length() + 1);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (digit && i == 0) {
        name.append('_');
      }
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      name.append(digit || letter ? c : '_');
    }
    return name.toString();
  }

  void fail(String error, String details) {
    parsed.put(ERROR, error);
    parsed.put(ERROR_DETAILS, details);
  }

  boolean hasError() {
    return parsed.containsKey(ERROR);
  }

  /** Every label. */
  public Labels labels() {
    var all = new TreeMap<>(stream);
    all.putAll(metadata);
    all.putAll(parsed);
    return Labels.of(all);
  }

  Map<String, String> allLabels() {
    var all = new TreeMap<>(stream);
    all.putAll(metadata);
    all.putAll(parsed);
    return all;
  }
}
