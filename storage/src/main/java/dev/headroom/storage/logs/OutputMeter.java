package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/** Tells how far each output of one format has moved since the last look. */
final class OutputMeter extends FilterDirectory {
  private static final class Open {
    private final IndexOutput output;
    private long seen;

    Open(IndexOutput output) {
      this.output = output;
    }
  }

  private final SegmentMeasure measure;
  private final List<Open> outputs = new ArrayList<>();

  OutputMeter(Directory directory, SegmentMeasure measure) {
    super(directory);
    this.measure = measure;
  }

  @Override
  public IndexOutput createOutput(String name, IOContext context) throws IOException {
    IndexOutput output = super.createOutput(name, context);
    outputs.add(new Open(output));
    return output;
  }

  /** What was written since the last look belongs to no field. */
  void skip() {
    for (Open open : outputs) {
      open.seen = open.output.getFilePointer();
    }
  }

  /** What was written since the last look belongs to that field. */
  void attribute(String field) {
    for (Open open : outputs) {
      long now = open.output.getFilePointer();
      measure.add(open.output.getName(), field, now - open.seen);
      open.seen = now;
    }
  }
}
