package dev.headroom.storage.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The identity of a series: name=value pairs sorted by name (UTF-16 order), names unique, no empty
 * values. Immutable and safe to share.
 */
public final class Labels implements Comparable<Labels> {
  /** The label that holds the metric's name. */
  public static final String METRIC_NAME = "__name__";

  public static final Labels EMPTY = new Labels(new String[0]);

  private final String[] pairs; // name, value, name, value …
  private final int hash;

  private Labels(String[] pairs) {
    this.pairs = pairs;
    this.hash = Arrays.hashCode(pairs);
  }

  /**
   * Labels from name, value, name, value …; sorts, and drops empty values as Prometheus does.
   *
   * @throws HeadroomException when a name is there twice or a name is empty
   */
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values must come in pairs");
    }
    List<Map.Entry<String, String>> entries = new ArrayList<>(namesAndValues.length / 2);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.add(Map.entry(namesAndValues[i], namesAndValues[i + 1]));
    }
    return of(entries);
  }

  public static Labels of(Map<String, String> map) {
    return of(map.entrySet());
  }

  /**
   * Labels from name, value, name, value … that came from {@link #name} and {@link #value} of
   * others: sorted already, names unique, no empty values. The array must not change afterwards.
   */
  public static Labels ofSorted(String[] namesAndValues) {
    return namesAndValues.length == 0 ? EMPTY : new Labels(namesAndValues);
  }

  private static Labels of(Collection<Map.Entry<String, String>> entries) {
    List<Map.Entry<String, String>> sorted = new ArrayList<>(entries);
    sorted.sort(Map.Entry.comparingByKey());
    List<String> pairs = new ArrayList<>(sorted.size() * 2);
    String previous = "";
    for (Map.Entry<String, String> entry : sorted) {
      if (entry.getKey().isEmpty()) {
        throw HeadroomException.invalid("empty label name");
      }
      if (entry.getKey().equals(previous)) {
        throw HeadroomException.invalid("label " + Printable.quote(previous) + " is there twice");
      }
      previous = entry.getKey();
      if (!entry.getValue().isEmpty()) {
        pairs.add(entry.getKey());
        pairs.add(entry.getValue());
      }
    }
    return pairs.isEmpty() ? EMPTY : new Labels(pairs.toArray(String[]::new));
  }

  public int size() {
    return pairs.length / 2;
  }

  public boolean isEmpty() {
    return pairs.length == 0;
  }

  public String name(int i) {
    return pairs[2 * i];
  }

  public String value(int i) {
    return pairs[2 * i + 1];
  }

  /** The value of that label, or the empty text (PromQL treats absent and empty alike). */
  public String get(String name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    return "";
  }

  public boolean has(String name) {
    return !get(name).isEmpty();
  }

  /** The metric name, or the empty text. */
  public String metricName() {
    return get(METRIC_NAME);
  }

  /** These labels with one set; an empty value removes it. */
  public Labels with(String name, String value) {
    NavigableMap<String, String> map = toMap();
    map.put(name, value);
    return of(map);
  }

  /** Only those of the given names. */
  public Labels keep(Collection<String> names) {
    NavigableMap<String, String> map = toMap();
    map.keySet().retainAll(names);
    return of(map);
  }

  /** All but those of the given names. */
  public Labels without(Collection<String> names) {
    NavigableMap<String, String> map = toMap();
    names.forEach(map::remove);
    return of(map);
  }

  public Labels withoutMetricName() {
    return has(METRIC_NAME) ? without(List.of(METRIC_NAME)) : this;
  }

  /** A copy that may be changed, sorted by name. */
  public NavigableMap<String, String> toMap() {
    var map = new TreeMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  @Override
  public int compareTo(Labels other) {
    return Arrays.compare(pairs, other.pairs, Comparator.naturalOrder());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels labels
        && hash == labels.hash
        && Arrays.equals(pairs, labels.pairs);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** As Prometheus writes it: {@code {a="b", c="d"}}. */
  @Override
  public String toString() {
    var out = new StringBuilder("{");
    for (int i = 0; i < pairs.length; i += 2) {
      out.append(i == 0 ? "" : ", ").append(pairs[i]).append('=').append(quoted(pairs[i + 1]));
    }
    return out.append('}').toString();
  }

  private static String quoted(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
