package dev.headroom.storage.logs;

import java.util.Optional;
import java.util.Set;

/**
 * The one place that knows the names and types of Lucene fields; described in {@code
 * storage/docs/format/log-partition.md}.
 */
public final class LogSchema {
  /** Event time. */
  public static final String TIMESTAMP = "@timestamp";

  static final String POSITION = "_position";
  static final String VERSION = "_version";
  static final String STREAM = "_stream";
  static final String INDEX = "_index";
  static final String ID = "_id";
  static final String HAS = "_has";
  static final String SOURCE = "_source";

  /** Fields whose text is tokenised: what a search without a field name reads. */
  static final Set<String> BODY_FIELDS =
      Set.of("message", "msg", "log", "body", "event.original", "short_message", "full_message");

  /** Longer texts are tokenised only: as a term they would cost more than they are asked for. */
  static final int MAX_KEYWORD_BYTES = 1024;

  /** Whether a field's values are tokenised only, so that there is nothing to count them by. */
  public static boolean isTokenised(String field) {
    return BODY_FIELDS.contains(withoutAlias(field));
  }

  /** How the single value of a field is kept. */
  enum Type {
    KEYWORD("#k"),
    ID("#i"),
    TEXT("#t"),
    LONG("#l"),
    DOUBLE("#d"),
    BOOLEAN("#b");

    private final String suffix;

    Type(String suffix) {
      this.suffix = suffix;
    }

    String physicalName(String field) {
      return field + suffix;
    }

    /** The type of a physical name; empty for the store's own fields. */
    static Optional<Type> of(String physicalName) {
      for (Type type : values()) {
        if (physicalName.endsWith(type.suffix)) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }
  }

  static String logicalName(String physicalName) {
    return physicalName.substring(0, physicalName.length() - 2);
  }

  /** {@code status.keyword} is what Elasticsearch users call {@code status}. */
  static String withoutAlias(String field) {
    return field.endsWith(".keyword")
        ? field.substring(0, field.length() - ".keyword".length())
        : field;
  }

  static Type typeOfText(boolean isBody, byte[] utf8, int offset, int length) {
    if (isBody || length > MAX_KEYWORD_BYTES) {
      return Type.TEXT;
    }
    return HexId.matches(utf8, offset, length) ? Type.ID : Type.KEYWORD;
  }

  private LogSchema() {}
}
