package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.model.LogBatch;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A flattened field name, found by walking down from the root, so that names are joined once a
 * request and not once a record. Not thread-safe.
 */
final class FieldPath {
  /** What a field may tell of its record, beside being a field. */
  enum Role {
    NONE,
    TIME,
    SEVERITY,
    SERVICE,
    ENVIRONMENT,
    REGION
  }

  /**
   * Distinct names of one request. The values of further ones stay in the source: a partition would
   * not index them either, and the table must not grow with the body.
   */
  static final int MAX_NAMES = 8192;

  static final int MAX_NAME_BYTES = 1024;

  private static final Map<String, Meaning> MEANINGS = meanings();

  private record Meaning(Role role, int rank) {}

  /** Counts the names of one root. */
  private static final class Count {
    private int names;
  }

  private final Count count;
  private final String key;
  private final String name;
  private final Role role;
  private final int rank;
  private @Nullable Map<String, FieldPath> children;

  /** The child met last, and for each the one that followed it: records mostly look alike. */
  private @Nullable FieldPath lastChild;

  private @Nullable FieldPath follower;
  private LogBatch.@Nullable Builder batch;
  private int ordinal;

  static FieldPath root() {
    return new FieldPath(new Count(), "", "");
  }

  private FieldPath(Count count, String key, String name) {
    this.count = count;
    this.key = key;
    this.name = name;
    Meaning meaning = MEANINGS.get(name);
    this.role = meaning == null ? Role.NONE : meaning.role;
    this.rank = meaning == null ? 0 : meaning.rank;
  }

  private static Map<String, Meaning> meanings() {
    Map<String, Meaning> all = new HashMap<>();
    rank(all, Role.TIME, "@timestamp", "timestamp", "time", "ts", "_time", "date");
    rank(all, Role.SEVERITY, "severity_number", "severityNumber", "SeverityNumber", "log.level");
    rank(all, Role.SEVERITY, "level", "severity", "severity_text", "severityText", "SeverityText");
    rank(all, Role.SEVERITY, "levelname", "level_name", "loglevel", "log_level", "lvl", "Level");
    rank(all, Role.SEVERITY, "LEVEL", "@level", "log.syslog.severity.code");
    rank(all, Role.SERVICE, "service.name", "service", "service_name");
    rank(all, Role.ENVIRONMENT, "deployment.environment.name", "deployment.environment");
    rank(all, Role.ENVIRONMENT, "service.environment", "environment", "env");
    rank(all, Role.REGION, "cloud.region", "region");
    return all;
  }

  /** In falling order of trust, after those of the role that are there already. */
  private static void rank(Map<String, Meaning> all, Role role, String... names) {
    for (String name : names) {
      int known = (int) all.values().stream().filter(meaning -> meaning.role == role).count();
      all.put(name, new Meaning(role, known));
    }
  }

  /** The flattened name. */
  String name() {
    return name;
  }

  Role role() {
    return role;
  }

  /** 0 is trusted most. */
  int rank() {
    return rank;
  }

  /** Whether this is the event time itself, which the store keeps in a column of its own. */
  boolean isEventTime() {
    return role == Role.TIME && rank == 0;
  }

  /** Whether the number in this field is an OpenTelemetry severity, and not a level. */
  boolean isSeverityNumber() {
    return role == Role.SEVERITY && rank < 3;
  }

  /** The ordinal of the name in a batch that is being made. */
  int ordinalIn(LogBatch.Builder builder) {
    if (batch != builder) {
      batch = builder;
      ordinal = builder.fieldName(name);
    }
    return ordinal;
  }

  /** The path of that key below this one; null past {@link #MAX_NAMES}. */
  @Nullable FieldPath child(String wanted) {
    FieldPath previous = lastChild;
    FieldPath guess = previous == null ? null : previous.follower;
    if (guess != null && guess.key.equals(wanted)) {
      lastChild = guess;
      return guess;
    }
    FieldPath child = find(wanted);
    if (previous != null) {
      previous.follower = child;
    }
    lastChild = child;
    return child;
  }

  private @Nullable FieldPath find(String wanted) {
    Map<String, FieldPath> known = children;
    if (known == null) {
      known = new HashMap<>(8);
      children = known;
    }
    FieldPath child = known.get(wanted);
    if (child == null && count.names < MAX_NAMES) {
      count.names++;
      child = new FieldPath(count, wanted, name.isEmpty() ? wanted : name + '.' + wanted);
      known.put(wanted, child);
    }
    return child;
  }

  boolean isTooLong() {
    return name.length() > MAX_NAME_BYTES / 3 && name.getBytes(UTF_8).length > MAX_NAME_BYTES;
  }
}
