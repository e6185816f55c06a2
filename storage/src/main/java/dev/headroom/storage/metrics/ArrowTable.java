package dev.headroom.storage.metrics;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An Arrow IPC file mapped into memory; its vectors lie in the mapping, nothing is copied. Any
 * thread may read; nobody may after {@link #close}.
 */
final class ArrowTable implements AutoCloseable {
  private static final int TRAILER_BYTES = 10; // footer length, "ARROW1"
  private static final int BATCH_PREFIX_BYTES = 8; // continuation, length

  private final Path file;
  private final List<VectorSchemaRoot> batches = new ArrayList<>();
  private int[] firstRows = {0};
  private final long length;
  private long bodyBytes;

  private ArrowTable(Path file, long length) {
    this.file = file;
    this.length = length;
  }

  /**
   * @throws IOException when it is no Arrow file of that schema
   */
  static ArrowTable map(Path file, Schema schema, BufferAllocator allocator) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long length = channel.size();
      if (length < TRAILER_BYTES) {
        throw new IOException(file + ": cut short");
      }
      Arena arena = Arena.ofShared();
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
      ArrowBuf whole =
          allocator.wrapForeignAllocation(
              new ForeignAllocation(length, bytes.address()) {
                @Override
                protected void release0() {
                  arena.close();
                }
              });
      var table = new ArrowTable(file, length);
      try {
        table.load(bytes, whole, schema, allocator);
        return table;
      } catch (IOException | RuntimeException e) {
        table.close();
        // A batch that could not be read may still hold the file.
        int held = whole.refCnt();
        if (held > 1) {
          whole.getReferenceManager().release(held - 1);
        }
        throw new IOException(file + ": not readable: " + e.getMessage(), e);
      } finally {
        whole.getReferenceManager().release();
      }
    }
  }

  private void load(MemorySegment bytes, ArrowBuf whole, Schema schema, BufferAllocator allocator)
      throws IOException {
    ByteBuffer trailer = slice(bytes, length - TRAILER_BYTES, TRAILER_BYTES);
    int footerLength = trailer.getInt();
    Footer footer =
        Footer.getRootAsFooter(slice(bytes, length - TRAILER_BYTES - footerLength, footerLength));
    Schema found = Schema.convertSchema(footer.schema());
    if (!found.getFields().equals(schema.getFields())) {
      throw new IOException("has other columns: " + found);
    }
    int count = footer.recordBatchesLength();
    firstRows = new int[count + 1];
    for (int i = 0; i < count; i++) {
      loadBatch(footer.recordBatches(i), bytes, whole, schema, allocator);
      firstRows[i + 1] = Math.addExact(firstRows[i], batches.get(i).getRowCount());
    }
  }

  private void loadBatch(
      Block block, MemorySegment bytes, ArrowBuf whole, Schema schema, BufferAllocator allocator)
      throws IOException {
    long metadata = block.offset() + BATCH_PREFIX_BYTES;
    int metadataLength = block.metaDataLength() - BATCH_PREFIX_BYTES;
    var header = new RecordBatch();
    Message message = Message.getRootAsMessage(slice(bytes, metadata, metadataLength));
    if (message.header(header) == null) {
      throw new IOException("batch without a header");
    }
    ArrowBuf body = whole.slice(metadata + metadataLength, block.bodyLength());
    body.getReferenceManager().retain(); // given back by deserializeRecordBatch
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    batches.add(root);
    try (ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(header, body)) {
      new VectorLoader(root).load(batch);
    }
    bodyBytes += block.bodyLength();
  }

  private static ByteBuffer slice(MemorySegment bytes, long offset, int length) {
    byte[] copy = bytes.asSlice(offset, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    return ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
  }

  int rowCount() {
    return firstRows[firstRows.length - 1];
  }

  long length() {
    return length;
  }

  /** Of the record batches, without their headers. */
  long bodyBytes() {
    return bodyBytes;
  }

  int batchCount() {
    return batches.size();
  }

  /** First row of a batch. */
  int firstRow(int batch) {
    return firstRows[batch];
  }

  /** The batch a row is in. */
  int batchOf(int row) {
    if (row < 0 || row >= rowCount()) {
      throw new IndexOutOfBoundsException(file + ": row " + row + " of " + rowCount());
    }
    if (batches.size() == 1) {
      return 0;
    }
    int found = java.util.Arrays.binarySearch(firstRows, row);
    int batch = found >= 0 ? found : -found - 2;
    while (firstRows[batch + 1] == row) {
      batch++; // an empty batch
    }
    return batch;
  }

  /** One column of every batch. */
  <T extends FieldVector> List<T> column(String name, Class<T> type) {
    return batches.stream().map(root -> type.cast(root.getVector(name))).toList();
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    batches.forEach(VectorSchemaRoot::close);
    batches.clear();
    firstRows = new int[] {0};
  }
}
