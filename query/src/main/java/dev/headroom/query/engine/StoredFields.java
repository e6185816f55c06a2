package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.PipeStage.Function;
import dev.headroom.query.lang.PipeStage.Measure;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.FieldInfo.Type;
import dev.headroom.storage.logs.LogSchema;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the store can compute by itself. It keeps words of body fields and ids without their values
 * by record, so that those cannot be grouped or sorted by; and it sorts by one type of a field.
 */
final class StoredFields {
  private static final Set<String> NAMES = Set.of("_stream", "_index", "stream");
  private static final Set<Type> GROUPED =
      EnumSet.of(Type.KEYWORD, Type.LONG, Type.DOUBLE, Type.BOOLEAN);
  private static final Set<Type> SORTED = EnumSet.of(Type.KEYWORD, Type.LONG, Type.DOUBLE);

  private final Supplier<List<FieldInfo>> fields;
  private @Nullable Map<String, Set<Type>> types;

  StoredFields(Supplier<List<FieldInfo>> fields) {
    this.fields = fields;
  }

  private Set<Type> types(String field) {
    Map<String, Set<Type>> known = types;
    if (known == null) {
      known = new HashMap<>();
      for (FieldInfo info : fields.get()) {
        known.put(info.name(), info.types());
      }
      types = known;
    }
    String name =
        field.endsWith(".keyword")
            ? field.substring(0, field.length() - ".keyword".length())
            : field;
    return known.getOrDefault(name, Set.of());
  }

  static boolean isTime(String field) {
    return field.equals(Row.TIME) || field.equals(LogSchema.TIMESTAMP);
  }

  private boolean isGrouped(String field) {
    return NAMES.contains(field)
        || !isTime(field) && !field.equals("_id") && GROUPED.containsAll(types(field));
  }

  /** Whether all values of a field have one type, so that they have one order and one name. */
  boolean isUniform(String field) {
    return NAMES.contains(field) || types(field).size() <= 1;
  }

  boolean isSorted(String field) {
    Set<Type> types = types(field);
    return isTime(field)
        || !NAMES.contains(field)
            && !field.equals("_id")
            && types.size() <= 1
            && SORTED.containsAll(types);
  }

  private boolean isMeasured(Measure measure) {
    return switch (measure.function()) {
      case COUNT -> measure.field().isEmpty() || isGrouped(measure.field());
      case UNIQ -> isGrouped(measure.field());
      case SUM, AVG, MIN, MAX, STDDEV, PERCENTILE -> !isTime(measure.field());
      case FIRST, LAST, VALUES -> false;
    };
  }

  boolean has(PipeStage.Stats stage) {
    return stage.by().stream().allMatch(this::isGrouped)
        && stage.measures().stream().allMatch(this::isMeasured);
  }

  private boolean isGrouped(PipeStage.Group group) {
    return switch (group) {
      case PipeStage.ByField field -> isGrouped(field.name());
      case PipeStage.ByTime _ -> true;
    };
  }

  /** Whether there are values and all have one of these types. */
  boolean hasOnly(String field, Set<Type> wanted) {
    Set<Type> found = types(field);
    return !found.isEmpty() && !NAMES.contains(field) && wanted.containsAll(found);
  }

  /** Whether the order of the rows makes a difference to the measures. */
  static boolean minds(List<Measure> measures) {
    return measures.stream()
        .map(Measure::function)
        .anyMatch(f -> f == Function.FIRST || f == Function.LAST || f == Function.VALUES);
  }
}
