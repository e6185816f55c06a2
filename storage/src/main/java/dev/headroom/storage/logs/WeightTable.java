package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.StockEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The weights by which a segment's bytes are shared: for each physical field one number a (stream,
 * event hour). Immutable; the arrays are shared, not to be changed.
 */
final class WeightTable {
  static final WeightTable EMPTY = new WeightTable(List.of(), new TreeMap<>());

  /**
   * @param hour since the epoch, or {@link StockEntry#NO_HOUR}
   */
  record Group(String stream, long hour) implements Comparable<Group> {
    @Override
    public int compareTo(Group other) {
      int byStream = stream.compareTo(other.stream);
      return byStream != 0 ? byStream : Long.compare(hour, other.hour);
    }
  }

  private final List<Group> groups;
  private final TreeMap<String, long[]> fields;

  private WeightTable(List<Group> groups, TreeMap<String, long[]> fields) {
    this.groups = groups;
    this.fields = fields;
  }

  /**
   * @param groups in any order, each once
   * @param fields for each physical field a weight for each group, in the order of the groups
   */
  static WeightTable of(List<Group> groups, Map<String, long[]> fields) {
    return sum(List.of(new WeightTable(groups, new TreeMap<>(fields))));
  }

  /** Adds up; groups come out sorted, fields without any weight are left out. */
  static WeightTable sum(List<WeightTable> tables) {
    var all = new TreeSet<Group>();
    tables.forEach(table -> all.addAll(table.groups));
    List<Group> groups = List.copyOf(all);
    Map<Group, Integer> places = places(groups);
    var fields = new TreeMap<String, long[]>();
    for (WeightTable table : tables) {
      table.fields.forEach(
          (field, weights) -> {
            long[] target = fields.computeIfAbsent(field, _ -> new long[groups.size()]);
            table.addTo(target, weights, places, 1);
          });
    }
    return new WeightTable(groups, fields).withoutZeros();
  }

  /** Takes off what is part of this. */
  WeightTable minus(WeightTable part) {
    Map<Group, Integer> places = places(groups);
    var left = new TreeMap<String, long[]>();
    fields.forEach((field, weights) -> left.put(field, weights.clone()));
    part.fields.forEach(
        (field, weights) -> {
          long[] target = left.get(field);
          if (target == null) {
            throw new IllegalArgumentException("no weights of field " + field);
          }
          part.addTo(target, weights, places, -1);
        });
    return new WeightTable(groups, left).withoutZeros();
  }

  private static Map<Group, Integer> places(List<Group> groups) {
    Map<Group, Integer> places = new HashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      places.put(groups.get(i), i);
    }
    return places;
  }

  private void addTo(long[] target, long[] weights, Map<Group, Integer> places, int sign) {
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        Integer place = places.get(groups.get(i));
        if (place == null) {
          throw new IllegalArgumentException("no weights of " + groups.get(i));
        }
        target[place] += sign * weights[i];
      }
    }
  }

  private WeightTable withoutZeros() {
    var used = new boolean[groups.size()];
    var kept = new TreeMap<String, long[]>();
    fields.forEach(
        (field, weights) -> {
          boolean any = false;
          for (int i = 0; i < weights.length; i++) {
            if (weights[i] < 0) {
              throw new IllegalArgumentException("negative weight of field " + field);
            }
            any |= weights[i] > 0;
            used[i] |= weights[i] > 0;
          }
          if (any) {
            kept.put(field, weights);
          }
        });
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < used.length; i++) {
      if (used[i]) {
        indices.add(i);
      }
    }
    if (indices.size() == groups.size()) {
      return new WeightTable(groups, kept);
    }
    kept.replaceAll((_, weights) -> indices.stream().mapToLong(i -> weights[i]).toArray());
    return new WeightTable(indices.stream().map(groups::get).toList(), kept);
  }

  /** Sorted by stream, then hour. */
  List<Group> groups() {
    return groups;
  }

  /** By physical name, sorted. */
  NavigableMap<String, long[]> fields() {
    return Collections.unmodifiableNavigableMap(fields);
  }

  /** A weight for each group; all 0 when the field has none. */
  long[] of(String field) {
    long[] weights = fields.get(field);
    return weights == null ? new long[groups.size()] : weights;
  }
}
