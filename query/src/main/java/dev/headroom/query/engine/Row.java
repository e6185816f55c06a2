package dev.headroom.query.engine;

import dev.headroom.query.lang.Glob;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SourceFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row on its way through the stages: a record with what was computed beside it, or cells by
 * column. Belongs to one stage at a time, which may change it. Not thread-safe.
 */
public final class Row {
  static final String TIME = "_time";

  private static final List<String> BODIES =
      List.of("message", "msg", "log", "body", "event.original", "short_message", "full_message");

  private static final long BYTES_BESIDE = 300;

  private final @Nullable LogHit hit;
  private @Nullable RecordFields fields;
  private Map<String, @Nullable Object> own = new LinkedHashMap<>();
  private final List<String> dropped = new ArrayList<>();
  private boolean showsRecord;

  private Row(@Nullable LogHit hit) {
    this.hit = hit;
    this.showsRecord = hit != null;
  }

  static Row of(LogHit hit) {
    return new Row(hit);
  }

  static Row ofCells(List<String> columns, List<@Nullable Object> cells) {
    var row = new Row(null);
    for (int i = 0; i < columns.size(); i++) {
      row.own.put(columns.get(i), cells.get(i));
    }
    return row;
  }

  /** The record it came from; none in a table. */
  public Optional<LogHit> hit() {
    return Optional.ofNullable(hit);
  }

  /** Whether the record is shown as it is, without any change. */
  public boolean isUntouched() {
    return showsRecord && own.isEmpty() && dropped.isEmpty();
  }

  /** Whether the record's own fields are shown beside {@link #own}, but for {@link #dropped}. */
  public boolean showsRecord() {
    return showsRecord;
  }

  /** What stages set, in order; values as {@link QueryResult.Table} has them, null for none. */
  public Map<String, @Nullable Object> own() {
    return Collections.unmodifiableMap(own);
  }

  /** Names and patterns of the record's fields that are left out. */
  public List<String> dropped() {
    return Collections.unmodifiableList(dropped);
  }

  /** The record as JSON; an empty object when it is none. */
  public Json source() {
    return hit == null ? new Json.Members(Map.of()) : record(hit).source();
  }

  private RecordFields record(LogHit of) {
    RecordFields known = fields;
    if (known == null) {
      known = new RecordFields(of);
      fields = known;
    }
    return known;
  }

  @Nullable Object get(String name) {
    if (own.containsKey(name)) {
      return own.get(name);
    }
    Object inside = name.indexOf('.') > 0 ? inside(name) : null;
    if (inside != null || hit == null || !showsRecord || isDropped(name)) {
      return inside;
    }
    return switch (name) {
      case TIME, LogSchema.TIMESTAMP -> TimeRange.instant(hit.eventTimeNanos());
      case "stream" -> hit.stream();
      default -> ofRecord(name, hit);
    };
  }

  private @Nullable Object ofRecord(String name, LogHit of) {
    RecordFields record = record(of);
    Optional<Json> found = record.get(name);
    if (found.isEmpty() && name.endsWith(".keyword")) {
      found = record.get(name.substring(0, name.length() - ".keyword".length()));
    }
    return found.isPresent() ? Values.of(found.get()) : null;
  }

  /** A member of an object that a stage set. */
  private @Nullable Object inside(String name) {
    for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      if (own.get(name.substring(0, dot)) instanceof Json.Members members) {
        Optional<Json> found = RecordFields.find(members, name.substring(dot + 1));
        if (found.isPresent()) {
          return Values.of(found.get());
        }
      }
    }
    return null;
  }

  private boolean isDropped(String name) {
    return !dropped.isEmpty()
        && new SourceFilter(true, List.of(), dropped).verdict(name) == SourceFilter.Verdict.DROP;
  }

  /** The text of a field; of the first body field that there is when the name is empty. */
  @Nullable String text(String name) {
    if (!name.isEmpty()) {
      return get(name) instanceof String text ? text : null;
    }
    for (String body : BODIES) {
      if (get(body) instanceof String text) {
        return text;
      }
    }
    return null;
  }

  void set(String name, @Nullable Object value) {
    own.put(name, value);
  }

  /** Keeps only these fields, in this order. */
  void keep(List<String> names) {
    var kept = new LinkedHashMap<String, @Nullable Object>();
    for (String name : names) {
      if (name.indexOf('*') < 0) {
        kept.put(name, get(name));
      } else {
        for (String matching : matching(name)) {
          kept.put(matching, get(matching));
        }
      }
    }
    own = kept;
    showsRecord = false;
    fields = null;
  }

  private List<String> matching(String pattern) {
    var names = new ArrayList<String>();
    if (hit != null && showsRecord) {
      names.addAll(record(hit).names(List.of(pattern)));
    }
    own.keySet().stream().filter(name -> Glob.matches(pattern, name)).forEach(names::add);
    return names;
  }

  void drop(List<String> patterns) {
    var filter = new SourceFilter(true, List.of(), patterns);
    own.keySet().removeIf(name -> filter.verdict(name) == SourceFilter.Verdict.DROP);
    if (showsRecord) {
      dropped.addAll(patterns);
    }
  }

  /** About how much heap it takes while a stage holds it; forgets what can be read again. */
  long retain() {
    fields = null;
    long bytes = BYTES_BESIDE + (hit == null ? 0 : hit.source().length);
    for (Map.Entry<String, @Nullable Object> field : own.entrySet()) {
      bytes += 64 + 2L * field.getKey().length() + Values.bytes(field.getValue());
    }
    return bytes;
  }
}
