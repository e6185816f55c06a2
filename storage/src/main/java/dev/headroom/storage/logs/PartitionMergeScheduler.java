package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.jspecify.annotations.Nullable;

/**
 * Merges on the calling thread if it may (one that writes, never one that searches); what is left
 * undone waits for the next trigger. A merge notices that it is to stop.
 */
final class PartitionMergeScheduler extends MergeScheduler {
  private final BooleanSupplier mayMergeHere;
  private volatile @Nullable MergeSource waiting;

  PartitionMergeScheduler(BooleanSupplier mayMergeHere) {
    this.mayMergeHere = mayMergeHere;
  }

  @Override
  public void merge(MergeSource source, MergeTrigger trigger) throws IOException {
    waiting = source;
    merge(source);
  }

  /** Does what was left undone: Lucene itself asks only when it finds more to merge. */
  void mergeWaiting() throws IOException {
    MergeSource source = waiting;
    if (source != null) {
      merge(source);
    }
  }

  private void merge(MergeSource source) throws IOException {
    while (mayMergeHere.getAsBoolean()) {
      OneMerge merge = source.getNextMerge();
      if (merge == null) {
        return;
      }
      source.merge(merge);
    }
  }

  @Override
  public Directory wrapForMerge(OneMerge merge, Directory in) {
    return new FilterDirectory(in) {
      @Override
      public IndexOutput createOutput(String name, IOContext context) throws IOException {
        merge.checkAborted();
        return new StoppableOutput(in.createOutput(name, context), merge);
      }
    };
  }

  private static final class StoppableOutput extends FilterIndexOutput {
    private final OneMerge merge;

    StoppableOutput(IndexOutput out, OneMerge merge) {
      super("stoppable " + out.getName(), out.getName(), out);
      this.merge = merge;
    }

    @Override
    public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
      merge.checkAborted();
      out.writeBytes(bytes, offset, length);
    }

    // The wide ones as well: the base class would write them byte by byte.
    @Override
    public void writeInt(int value) throws IOException {
      out.writeInt(value);
    }

    @Override
    public void writeShort(short value) throws IOException {
      out.writeShort(value);
    }

    @Override
    public void writeLong(long value) throws IOException {
      out.writeLong(value);
    }
  }

  @Override
  public void close() {}
}
