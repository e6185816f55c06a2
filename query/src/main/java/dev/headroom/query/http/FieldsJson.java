package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.FieldInfo.Type;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Fields as mappings and as capabilities. Fields are known by tenant, so every index shows all. */
final class FieldsJson {
  private static final class Node {
    private final Map<String, Node> children = new TreeMap<>();
    private @Nullable String type;
  }

  /** {@code {"INDEX":{"mappings":{"properties":{…}}}}}. */
  static void mappings(JsonGenerator out, List<String> indices, List<FieldInfo> fields)
      throws IOException {
    var root = new Node();
    for (FieldInfo field : fields) {
      Node node = root;
      for (String part : field.name().split("\\.", -1)) {
        node = node.children.computeIfAbsent(part, _ -> new Node());
      }
      node.type = widest(field.types());
    }
    for (String index : indices) {
      out.writeObjectFieldStart(index);
      out.writeObjectFieldStart("mappings");
      properties(out, root);
      out.writeEndObject();
      out.writeEndObject();
    }
  }

  private static void properties(JsonGenerator out, Node node) throws IOException {
    out.writeObjectFieldStart("properties");
    for (var child : node.children.entrySet()) {
      out.writeObjectFieldStart(SourceJson.wellFormed(child.getKey()));
      if (child.getValue().type != null) {
        out.writeStringField("type", child.getValue().type);
      }
      if (!child.getValue().children.isEmpty()) {
        properties(out, child.getValue());
      }
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  /** A mapping has one type a field: the one that can show every value. */
  private static String widest(Set<Type> types) {
    for (Type type :
        List.of(
            Type.DATE, Type.TEXT, Type.KEYWORD, Type.ID, Type.DOUBLE, Type.LONG, Type.BOOLEAN)) {
      if (types.contains(type)) {
        return name(type);
      }
    }
    return "keyword";
  }

  private static String name(Type type) {
    return switch (type) {
      case DATE -> "date";
      case TEXT -> "text";
      case KEYWORD, ID -> "keyword";
      case DOUBLE -> "double";
      case LONG -> "long";
      case BOOLEAN -> "boolean";
    };
  }

  private static boolean isAggregatable(Type type) {
    return switch (type) {
      case TEXT, ID -> false;
      case DATE, KEYWORD, DOUBLE, LONG, BOOLEAN -> true;
    };
  }

  static void capabilities(
      JsonGenerator out, List<String> indices, List<FieldInfo> fields, Predicate<String> asked)
      throws IOException {
    JsonAnswer.texts(out, "indices", indices);
    out.writeObjectFieldStart("fields");
    for (String name : List.of("_id", "_index")) {
      if (asked.test(name)) {
        out.writeObjectFieldStart(name);
        capability(out, name, true, name.equals("_index"));
        out.writeEndObject();
      }
    }
    for (FieldInfo field : fields) {
      if (asked.test(field.name())) {
        out.writeObjectFieldStart(SourceJson.wellFormed(field.name()));
        Map<String, Boolean> types = new LinkedHashMap<>();
        field.types().stream()
            .sorted()
            .forEach(type -> types.merge(name(type), isAggregatable(type), Boolean::logicalOr));
        for (var type : types.entrySet()) {
          capability(out, type.getKey(), false, type.getValue());
        }
        out.writeEndObject();
      }
    }
    out.writeEndObject();
  }

  private static void capability(
      JsonGenerator out, String type, boolean metadata, boolean aggregatable) throws IOException {
    out.writeObjectFieldStart(type);
    out.writeStringField("type", type);
    out.writeBooleanField("metadata_field", metadata);
    out.writeBooleanField("searchable", true);
    out.writeBooleanField("aggregatable", aggregatable);
    out.writeEndObject();
  }

  private FieldsJson() {}
}
