package dev.headroom.storage.metrics;

import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Files and columns of a block, as {@code storage/docs/format/metric-block.md} has them. */
final class BlockSchema {
  static final String CHUNKS_FILE = "chunks.arrow";
  static final String SERIES_FILE = "series.arrow";
  static final String LABELS_FILE = "labels.arrow";

  static final String SERIES = "series";
  static final String MIN_TIME = "min_time";
  static final String MAX_TIME = "max_time";
  static final String COUNT = "count";
  static final String SUM = "sum";
  static final String MIN = "min";
  static final String MAX = "max";
  static final String TIMES = "times";
  static final String VALUES = "values";
  static final String LABELS = "labels";
  static final String FIRST_CHUNK = "first_chunk";
  static final String CHUNK_COUNT = "chunk_count";
  static final String NAME = "name";
  static final String VALUE = "value";

  private static final ArrowType INT = new ArrowType.Int(32, true);
  private static final ArrowType TIME = new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC");
  private static final ArrowType DOUBLE =
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
  private static final ArrowType BYTES = new ArrowType.Binary();
  private static final ArrowType TEXT = new ArrowType.Utf8();

  static final Schema CHUNK_ROWS =
      new Schema(
          List.of(
              field(SERIES, INT),
              field(MIN_TIME, TIME),
              field(MAX_TIME, TIME),
              field(COUNT, INT),
              field(SUM, DOUBLE),
              field(MIN, DOUBLE),
              field(MAX, DOUBLE),
              field(TIMES, BYTES),
              field(VALUES, BYTES)));

  static final Schema SERIES_ROWS =
      new Schema(
          List.of(
              new Field(
                  LABELS, FieldType.notNullable(new ArrowType.List()), List.of(field("item", INT))),
              field(FIRST_CHUNK, INT),
              field(CHUNK_COUNT, INT)));

  static final Schema LABEL_ROWS =
      new Schema(List.of(field(NAME, TEXT), field(VALUE, TEXT), field(SERIES, BYTES)));

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private BlockSchema() {}
}
