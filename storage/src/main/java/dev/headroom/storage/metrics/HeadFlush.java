package dev.headroom.storage.metrics;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.metrics.ChunkCodec.Effort;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Writes what heads hold into blocks, one a day of event time. Used by one thread at a time.
 *
 * <p><i>Failure.</i> Nothing is visible of a flush that failed, its files are deleted, and the
 * samples stay in the head for the next one.
 */
final class HeadFlush {
  private final Path root;
  private final BufferAllocator writing;
  private final BufferAllocator mappings;
  private final RetentionPolicy retention;
  private final AtomicLong nextNumber;

  HeadFlush(
      Path root,
      BufferAllocator writing,
      BufferAllocator mappings,
      RetentionPolicy retention,
      AtomicLong nextNumber) {
    this.root = root;
    this.writing = writing;
    this.mappings = mappings;
    this.retention = retention;
    this.nextNumber = nextNumber;
  }

  private record TenantFlush(
      TenantMetrics tenant, List<HeadSeries> series, List<MetricBlock> blocks) {}

  /**
   * Flushes everything that is in the heads now, and writes the checkpoint; returns the days that
   * got blocks.
   *
   * @param position every sample below it is in a head or in a block
   */
  Set<BlockKey> run(Iterable<TenantMetrics> tenants, long position) throws IOException {
    List<TenantFlush> flushes = new ArrayList<>();
    try {
      for (TenantMetrics tenant : tenants) {
        List<HeadSeries> series = freeze(tenant);
        if (!series.isEmpty()) {
          var flush = new TenantFlush(tenant, series, new ArrayList<>());
          flushes.add(flush);
          writeBlocks(flush);
        }
      }
      for (TenantFlush flush : flushes) {
        publish(flush.blocks);
      }
      writeCheckpoint(position);
    } catch (IOException | RuntimeException e) {
      undo(flushes, e);
      throw e;
    }
    Set<BlockKey> days = new HashSet<>();
    for (TenantFlush flush : flushes) {
      flush.tenant.published(flush.blocks, flush.series);
      flush.blocks.forEach(block -> days.add(block.manifest.key()));
    }
    return days;
  }

  void writeCheckpoint(long position) throws IOException {
    new Checkpoint(position, nextNumber.get()).write(root);
  }

  private static List<HeadSeries> freeze(TenantMetrics tenant) {
    List<HeadSeries> series = new ArrayList<>();
    for (HeadSeries each : tenant.head.all()) {
      if (each.freeze() > 0) {
        series.add(each);
      }
    }
    series.sort(Comparator.comparing(each -> each.labels));
    return series;
  }

  private void writeBlocks(TenantFlush flush) throws IOException {
    var days = new TreeSet<Long>();
    for (HeadSeries series : flush.series) {
      long[] times = series.frozenTimes();
      for (int i = 0; i < times.length; ) {
        long day = BlockKey.epochDay(times[i]);
        days.add(day);
        i = SampleRun.lowerBound(times, i, times.length, (day + 1) * BlockKey.MILLIS_PER_DAY);
      }
    }
    for (long day : days) {
      flush.blocks.add(
          writeBlock(
              new BlockKey(flush.tenant.tenant, retention.metricClass(), day), flush.series));
    }
  }

  private MetricBlock writeBlock(BlockKey key, List<HeadSeries> series) throws IOException {
    long number = nextNumber.getAndIncrement();
    Path folder =
        key.directory(root).resolve(BlockManifest.folder(number, number) + MetricBlock.TEMPORARY);
    try (var writer = new BlockWriter(folder, writing, Effort.HOT)) {
      for (HeadSeries each : series) {
        long[] times = each.frozenTimes();
        int from = SampleRun.lowerBound(times, 0, times.length, key.fromMillis());
        int to = SampleRun.lowerBound(times, from, times.length, key.toMillis() + 1);
        writer.add(each.labels, times, each.frozenValues(), from, to);
      }
      BlockManifest manifest = writer.finish(key, number, number);
      return new MetricBlock(manifest, key.directory(root).resolve(manifest.folder()), mappings);
    } catch (IOException | RuntimeException e) {
      deleteIfThere(folder, e);
      throw e;
    }
  }

  private static void publish(List<MetricBlock> blocks) throws IOException {
    for (MetricBlock block : blocks) {
      publish(block);
    }
    Set<Path> days = new HashSet<>();
    for (MetricBlock block : blocks) {
      Path day = block.folder.getParent();
      if (day != null && days.add(day)) {
        DurableFiles.forceDirectory(day);
      }
    }
  }

  /** Gives a finished folder its name; the caller forces its parent. */
  static void publish(MetricBlock block) throws IOException {
    Files.move(temporary(block.folder), block.folder, StandardCopyOption.ATOMIC_MOVE);
  }

  static Path temporary(Path folder) {
    return folder.resolveSibling(folder.getFileName() + MetricBlock.TEMPORARY);
  }

  private static void undo(List<TenantFlush> flushes, Exception cause) {
    for (TenantFlush flush : flushes) {
      for (MetricBlock block : flush.blocks) {
        deleteIfThere(block.folder, cause);
        deleteIfThere(temporary(block.folder), cause);
      }
    }
  }

  static void deleteIfThere(Path folder, Exception cause) {
    try {
      if (Files.isDirectory(folder)) {
        MetricBlock.delete(folder);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
