package dev.headroom.storage.logs;

import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Point-in-time readers of some partitions, held until closed. They are kept apart: together they
 * may hold more records than Lucene can number.
 */
final class LogSnapshot implements AutoCloseable {
  /**
   * @param days what event times its records may have
   */
  record Part(LogPartition partition, DirectoryReader reader, TimeRange days) {
    /**
     * Reads from the part. Damaged files show in what Lucene throws: it finds its checks violated,
     * or follows a wrong number out of an array.
     */
    <T> T read(Reading<T> reading) throws IOException {
      try {
        return reading.from(reader);
      } catch (IOException
          | IllegalArgumentException
          | IllegalStateException
          | IndexOutOfBoundsException
          | NegativeArraySizeException
          | AssertionError e) {
        throw new UnreadablePartition(partition, e);
      }
    }
  }

  /** What is read of one part. */
  interface Reading<T> {
    T from(DirectoryReader reader) throws IOException;
  }

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
          parts.add(new Part(partition, reader, partition.days));
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

  /** The part that a segment belongs to. */
  Part partOf(LeafReader segment) {
    for (Part part : parts) {
      for (LeafReaderContext leaf : part.reader.leaves()) {
        if (leaf.reader().equals(segment)) {
          return part;
        }
      }
    }
    throw new IllegalArgumentException("not a segment of this snapshot: " + segment);
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
