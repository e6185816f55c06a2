package dev.headroom.storage.metrics;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes one Arrow IPC file in record batches, counting its length and checksum as it goes; forced
 * to the device when finished. One thread.
 */
final class ArrowTableWriter implements AutoCloseable {
  private final String name;
  private final VectorSchemaRoot root;
  private final CheckedChannel channel;
  private final ArrowFileWriter writer;
  private int rows;

  ArrowTableWriter(Path folder, String name, Schema schema, BufferAllocator allocator)
      throws IOException {
    this.name = name;
    this.channel = new CheckedChannel(folder.resolve(name));
    this.root = VectorSchemaRoot.create(schema, allocator);
    root.getFieldVectors().forEach(vector -> vector.setInitialCapacity(16));
    this.writer = new ArrowFileWriter(root, null, channel);
    writer.start();
  }

  <T extends FieldVector> T column(String field, Class<T> type) {
    return type.cast(root.getVector(field));
  }

  /** The row of the batch to fill; {@link #rowDone} ends it. */
  int row() {
    return rows;
  }

  void rowDone() {
    rows++;
  }

  /** Writes the rows so far as a batch. */
  void writeBatch() throws IOException {
    if (rows == 0) {
      return;
    }
    root.setRowCount(rows);
    writer.writeBatch();
    root.clear();
    rows = 0;
  }

  BlockManifest.DataFile finish() throws IOException {
    writeBatch();
    writer.end();
    channel.file.force(true);
    return new BlockManifest.DataFile(name, channel.length, (int) channel.crc.getValue());
  }

  @Override
  public void close() {
    writer.close();
    root.close();
  }

  private static final class CheckedChannel implements WritableByteChannel {
    private final FileChannel file;
    private final CRC32C crc = new CRC32C();
    private long length;

    CheckedChannel(Path path) throws IOException {
      file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int count = source.remaining();
      crc.update(source.duplicate());
      while (source.hasRemaining()) {
        file.write(source);
      }
      length += count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
