package dev.headroom.storage.metrics;

import dev.headroom.storage.metrics.ChunkCodec.Effort;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Joins blocks of one day, a series at a time. Used by one thread.
 *
 * <p><i>Failure.</i> The new block becomes visible by a rename; its parents are deleted afterwards,
 * here or, after a crash, at the next start. A failure before leaves the parents as they were.
 */
final class Compactor {
  private final Path root;
  private final BufferAllocator writing;
  private final BufferAllocator mappings;
  private final MappedBlocks mapped;
  private final BooleanSupplier stopping;

  Compactor(
      Path root,
      BufferAllocator writing,
      BufferAllocator mappings,
      MappedBlocks mapped,
      BooleanSupplier stopping) {
    this.root = root;
    this.writing = writing;
    this.mappings = mappings;
    this.mapped = mapped;
    this.stopping = stopping;
  }

  /**
   * Joins what the plan says, day after day, until there is nothing left; returns how many blocks
   * were made.
   *
   * @param busy days that got samples of late
   */
  int run(TenantMetrics tenant, Set<BlockKey> busy, long nowMillis) throws IOException {
    int made = 0;
    Map<BlockKey, List<MetricBlock>> days = new LinkedHashMap<>();
    for (MetricBlock block : tenant.blocks()) {
      days.computeIfAbsent(block.manifest.key(), _ -> new ArrayList<>()).add(block);
    }
    for (Map.Entry<BlockKey, List<MetricBlock>> day : days.entrySet()) {
      boolean settled =
          CompactionPlan.isOver(day.getKey(), nowMillis) && !busy.contains(day.getKey());
      while (!stopping.getAsBoolean() && joinNext(tenant, day.getKey(), settled)) {
        made++;
      }
    }
    return made;
  }

  private boolean joinNext(TenantMetrics tenant, BlockKey key, boolean settled) throws IOException {
    List<MetricBlock> blocks =
        tenant.blocks().stream().filter(b -> b.manifest.key().equals(key)).toList();
    List<BlockManifest> plan =
        CompactionPlan.next(blocks.stream().map(b -> b.manifest).toList(), settled);
    if (plan.isEmpty()) {
      return false;
    }
    List<MetricBlock> parents = blocks.stream().filter(b -> plan.contains(b.manifest)).toList();
    return join(tenant, parents, settled ? Effort.COLD : Effort.HOT);
  }

  private boolean join(TenantMetrics tenant, List<MetricBlock> parents, Effort effort)
      throws IOException {
    BlockKey key = parents.getFirst().manifest.key();
    long first = parents.getFirst().manifest.first();
    long last = parents.getLast().manifest.last();
    Path folder = key.directory(root).resolve(BlockManifest.folder(first, last));
    Path temporary = HeadFlush.temporary(folder);
    if (Files.isDirectory(temporary)) {
      MetricBlock.delete(temporary); // of an attempt that could not clean up
    }
    parents.forEach(MetricBlock::retain);
    try (var writer = new BlockWriter(temporary, writing, effort)) {
      if (!copy(parents, writer)) {
        throw new IOException("stopping");
      }
      BlockManifest manifest = writer.finish(key, first, last);
      var joined = new MetricBlock(manifest, folder, mappings);
      boolean done =
          tenant.replace(
              parents,
              () -> {
                HeadFlush.publish(joined);
                MetricBlock.forceParent(folder);
                return joined;
              });
      if (!done) {
        MetricBlock.delete(temporary);
      }
      parents.forEach(mapped::forget);
      return done;
    } catch (IOException | RuntimeException e) {
      HeadFlush.deleteIfThere(temporary, e);
      throw e;
    } finally {
      parents.forEach(MetricBlock::release);
    }
  }

  /** One parent's next series. */
  private static final class Place {
    final int age;
    final BlockReader reader;
    int id;
    Labels labels;

    Place(int age, BlockReader reader) {
      this.age = age;
      this.reader = reader;
      this.labels = reader.labels(0);
    }

    boolean advance() {
      if (++id == reader.seriesCount()) {
        return false;
      }
      labels = reader.labels(id);
      return true;
    }
  }

  /** False when it was told to stop. */
  private boolean copy(List<MetricBlock> parents, BlockWriter writer) throws IOException {
    var places =
        new PriorityQueue<Place>(
            Comparator.comparing((Place place) -> place.labels)
                .thenComparingInt(place -> place.age));
    for (int age = 0; age < parents.size(); age++) {
      places.add(new Place(age, mapped.reader(parents.get(age))));
    }
    var cursor = new BlockReader.ChunkCursor();
    var run = new SampleRun(ChunkCodec.MAX_SAMPLES);
    while (!places.isEmpty()) {
      if (stopping.getAsBoolean()) {
        return false;
      }
      Labels labels = places.element().labels;
      run.clear();
      while (!places.isEmpty() && places.element().labels.equals(labels)) {
        Place place = places.remove();
        for (int chunk = place.reader.firstChunk(place.id);
            chunk < place.reader.endChunk(place.id);
            chunk++) {
          int n = place.reader.decode(chunk, cursor);
          run.add(cursor.times, cursor.values, 0, n);
        }
        if (place.advance()) {
          places.add(place);
        }
      }
      writer.add(labels, run.times(), run.values(), 0, run.size());
    }
    return true;
  }
}
