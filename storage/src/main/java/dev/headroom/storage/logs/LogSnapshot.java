package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiReader;

/** Point-in-time readers of some partitions, held until closed. */
final class LogSnapshot implements AutoCloseable {
  private final List<DirectoryReader> held;
  private final MultiReader reader;

  private LogSnapshot(List<DirectoryReader> held) throws IOException {
    this.held = held;
    this.reader = new MultiReader(held.toArray(IndexReader[]::new), false);
  }

  static LogSnapshot open(List<LogPartition> partitions) throws IOException {
    List<DirectoryReader> readers = new ArrayList<>(partitions.size());
    try {
      for (LogPartition partition : partitions) {
        DirectoryReader reader = partition.acquire();
        if (reader != null) {
          readers.add(reader);
        }
      }
      return new LogSnapshot(readers);
    } catch (IOException | RuntimeException e) {
      release(readers);
      throw e;
    }
  }

  IndexReader reader() {
    return reader;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    release(held);
  }

  private static void release(List<DirectoryReader> readers) throws IOException {
    for (DirectoryReader reader : readers) {
      reader.decRef();
    }
  }
}
