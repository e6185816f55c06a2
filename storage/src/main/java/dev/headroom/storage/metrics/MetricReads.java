package dev.headroom.storage.metrics;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Answers questions about one tenant from its head and its blocks. Any thread. */
final class MetricReads {
  private static final long BYTES_PER_SAMPLE = 16;

  /** A series found in a block, its labels not counted: most blocks share them. */
  private static final long BYTES_PER_PLACE = 40;

  private final TenantMetrics tenant;
  private final SeriesSelection selection;
  private final long from;
  private final long to;
  private final MappedBlocks mapped;

  MetricReads(
      TenantMetrics tenant, SeriesSelection selection, long from, long to, MappedBlocks mapped) {
    this.tenant = tenant;
    this.selection = selection;
    this.from = from;
    // Ranges are closed and the code below looks for `to + 1`.
    this.to = Math.min(to, Long.MAX_VALUE - 1);
    this.mapped = mapped;
  }

  List<SeriesSamples> select(Deadline deadline, MemoryPermit permit) {
    try (var snapshot = tenant.read(from, to, head -> readHead(head, deadline, permit))) {
      Map<Labels, List<Place>> places = new HashMap<>();
      snapshot.head().keySet().forEach(labels -> places.put(labels, new ArrayList<>()));
      for (MetricBlock block : snapshot.blocks()) {
        deadline.check();
        read(block, reader -> findPlaces(block, reader, places, permit));
      }
      List<Labels> sorted = new ArrayList<>(places.keySet());
      sorted.sort(Comparator.naturalOrder());
      var cursor = new BlockReader.ChunkCursor();
      List<SeriesSamples> answer = new ArrayList<>(sorted.size());
      for (Labels labels : sorted) {
        deadline.check();
        SampleRun run = decode(places.getOrDefault(labels, List.of()), cursor, deadline, permit);
        SampleRun recent = snapshot.head().get(labels);
        if (recent != null) {
          run.add(recent.times(), recent.values(), 0, recent.size());
        }
        if (run.size() > 0) {
          answer.add(new SeriesSamples(labels, run.takeTimes(), run.takeValues()));
        }
      }
      return answer;
    }
  }

  private Map<Labels, SampleRun> readHead(Head head, Deadline deadline, MemoryPermit permit) {
    Map<Labels, SampleRun> found = new HashMap<>();
    for (HeadSeries series : head.select(selection)) {
      deadline.check();
      SampleRun run = series.read(from, to, permit);
      if (run.size() > 0) {
        found.put(series.labels, run);
      }
    }
    return found;
  }

  /** A series in a block. */
  private record Place(MetricBlock block, BlockReader reader, int id) {}

  private void findPlaces(
      MetricBlock block, BlockReader reader, Map<Labels, List<Place>> places, MemoryPermit permit) {
    int[] ids = selection.select(reader);
    permit.reserve(ids.length * BYTES_PER_PLACE);
    for (int id : ids) {
      if (overlaps(reader, id)) {
        places
            .computeIfAbsent(reader.labels(id), _ -> new ArrayList<>())
            .add(new Place(block, reader, id));
      }
    }
  }

  private boolean overlaps(BlockReader reader, int id) {
    return reader.minTime(reader.firstChunk(id)) <= to
        && reader.maxTime(reader.endChunk(id) - 1) >= from;
  }

  private SampleRun decode(
      List<Place> places, BlockReader.ChunkCursor cursor, Deadline deadline, MemoryPermit permit) {
    long samples = places.stream().mapToLong(this::samplesIn).sum();
    permit.reserve(samples * BYTES_PER_SAMPLE);
    var run = new SampleRun(Math.toIntExact(samples));
    for (Place place : places) {
      deadline.check();
      decode(place, cursor, run);
    }
    return run;
  }

  private long samplesIn(Place place) {
    return guarded(
        place.block,
        () -> {
          long samples = 0;
          int end = place.reader.endChunk(place.id);
          for (int chunk = place.reader.firstChunk(place.id); chunk < end; chunk++) {
            samples += isInRange(place.reader, chunk) ? place.reader.count(chunk) : 0;
          }
          return samples;
        });
  }

  private boolean isInRange(BlockReader reader, int chunk) {
    return reader.minTime(chunk) <= to && reader.maxTime(chunk) >= from;
  }

  private void decode(Place place, BlockReader.ChunkCursor cursor, SampleRun run) {
    guarded(
        place.block,
        () -> {
          int end = place.reader.endChunk(place.id);
          for (int chunk = place.reader.firstChunk(place.id); chunk < end; chunk++) {
            if (isInRange(place.reader, chunk)) {
              int n = place.reader.decode(chunk, cursor);
              int first = SampleRun.lowerBound(cursor.times, 0, n, from);
              int last = SampleRun.lowerBound(cursor.times, first, n, to + 1);
              run.add(cursor.times, cursor.values, first, last);
            }
          }
          return true;
        });
  }

  private interface BlockRead {
    void from(BlockReader reader);
  }

  private void read(MetricBlock block, BlockRead read) {
    BlockReader reader = mapped.reader(block);
    guarded(
        block,
        () -> {
          read.from(reader);
          return true;
        });
  }

  /** Whatever a damaged block makes the decoders and Arrow throw says which block it is. */
  private static <T> T guarded(MetricBlock block, Supplier<T> work) {
    try {
      return work.get();
    } catch (HeadroomException e) {
      throw e;
    } catch (RuntimeException e) {
      throw block.unreadable(e);
    }
  }

  /** Labels of the series that may have samples in the range, sorted. */
  List<Labels> series() {
    var found = new TreeSet<Labels>();
    try (var snapshot = tenant.read(from, to, this::headLabels)) {
      found.addAll(snapshot.head());
      for (MetricBlock block : snapshot.blocks()) {
        read(
            block,
            reader -> {
              for (int id : selection.select(reader)) {
                if (overlaps(reader, id)) {
                  found.add(reader.labels(id));
                }
              }
            });
      }
    }
    return List.copyOf(found);
  }

  private List<Labels> headLabels(Head head) {
    return head.select(selection).stream()
        .filter(series -> series.mayHave(from, to))
        .map(series -> series.labels)
        .toList();
  }

  List<String> labelNames() {
    var names = new TreeSet<String>();
    forEachLabel((name, value) -> names.add(name));
    return List.copyOf(names);
  }

  List<String> labelValues(String wanted) {
    var values = new TreeSet<String>();
    forEachLabel(
        (name, value) -> {
          if (name.equals(wanted)) {
            values.add(value);
          }
        });
    return List.copyOf(values);
  }

  /** Every label pair of the series that may have samples in the range, some more than once. */
  private void forEachLabel(BiConsumer<String, String> sink) {
    try (var snapshot = tenant.read(from, to, this::headLabels)) {
      for (Labels labels : snapshot.head()) {
        for (int i = 0; i < labels.size(); i++) {
          sink.accept(labels.name(i), labels.value(i));
        }
      }
      for (MetricBlock block : snapshot.blocks()) {
        read(block, reader -> forEachLabel(reader, sink));
      }
    }
  }

  private void forEachLabel(BlockReader reader, BiConsumer<String, String> sink) {
    var rows = new BitSet(reader.labelRowCount());
    for (int id : selection.select(reader)) {
      if (overlaps(reader, id)) {
        for (int row : reader.labelRows(id)) {
          rows.set(row);
        }
      }
    }
    rows.stream().forEach(row -> sink.accept(reader.name(row), reader.value(row)));
  }
}
