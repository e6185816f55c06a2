package dev.headroom.storage.logs;

import dev.headroom.storage.sketch.Hash64;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.util.BytesRef;

/** The value that records without a field count for. */
final class AbsentValue extends FieldValues {
  private final List<FieldValues> present;
  private final Object value;

  AbsentValue(List<FieldValues> present, Object value) {
    this.present = present;
    this.value = value;
  }

  @Override
  int advance(int doc) throws IOException {
    for (FieldValues type : present) {
      if (type.advance(doc) > 0) {
        return 0;
      }
    }
    return 1;
  }

  @Override
  Object next() {
    return value;
  }

  @Override
  boolean isNumber() {
    return value instanceof Number;
  }

  @Override
  double nextDouble() {
    return ((Number) value).doubleValue();
  }

  @Override
  long nextHash() {
    return switch (value) {
      case Long number -> Hash64.of(number);
      case Number number -> Hash64.of(number.doubleValue());
      default -> hash(new BytesRef(value.toString()));
    };
  }
}
