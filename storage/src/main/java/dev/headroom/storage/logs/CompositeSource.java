package dev.headroom.storage.logs;

/** One of the values that make the key of a composite bucket. */
public sealed interface CompositeSource {
  String name();

  boolean ascending();

  /** Whether records without a value get a bucket, with null; else they are left out. */
  boolean hasMissing();

  /** Every value of a field. */
  record Values(String name, String field, boolean ascending, boolean hasMissing)
      implements CompositeSource {}

  /** The start of an interval of a number field. */
  record Interval(String name, String field, double interval, boolean ascending, boolean hasMissing)
      implements CompositeSource {}

  /** The start of an interval of event time, which every record has. */
  record Time(String name, TimeRounding rounding, boolean ascending) implements CompositeSource {
    @Override
    public boolean hasMissing() {
      return false;
    }
  }
}
