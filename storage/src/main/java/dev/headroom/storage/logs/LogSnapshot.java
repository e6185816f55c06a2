package dev.headroom.storage.logs;

import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Point-in-time readers of some partitions, held until closed. They are kept apart: together they
 * may hold more records than Lucene can number.
 */
final class LogSnapshot implements AutoCloseable {
  /**
   * @param days what event times its records may have
   */
  record Part(DirectoryReader reader, TimeRange days) {}

  private final List<Part> parts;

  private LogSnapshot(List<Part> parts) {
    this.parts = parts;
  }

  static LogSnapshot open(List<LogPartition> partitions) throws IOException {
    List<Part> parts = new ArrayList<>(partitions.size());
    try {
      for (LogPartition partition : partitions) {
        DirectoryReader reader = partition.readers.acquire();
        if (reader != null) {
          parts.add(new Part(reader, partition.days));
        }
      }
      return new LogSnapshot(parts);
    } catch (RuntimeException e) {
      release(parts);
      throw e;
    }
  }

  /** In the order the partitions were given. */
  List<Part> parts() {
    return parts;
  }

  List<LeafReaderContext> leaves() {
    return parts.stream().flatMap(part -> part.reader().leaves().stream()).toList();
  }

  @Override
  public void close() throws IOException {
    release(parts);
  }

  private static void release(List<Part> parts) throws IOException {
    for (Part part : parts) {
      part.reader().decRef();
    }
  }
}
