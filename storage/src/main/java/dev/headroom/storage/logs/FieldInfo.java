package dev.headroom.storage.logs;

import java.util.Set;

/** A logical field and the types its values have. */
public record FieldInfo(String name, Set<Type> types) {
  public enum Type {
    KEYWORD,
    TEXT,
    LONG,
    DOUBLE,
    BOOLEAN,
    ID,
    DATE
  }
}
