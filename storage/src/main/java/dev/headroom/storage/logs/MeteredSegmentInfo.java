package dev.headroom.storage.logs;

import java.io.IOException;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.SegmentInfoFormat;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/** Writes a segment's ledger right before the segment's description: nothing changes after it. */
final class MeteredSegmentInfo extends SegmentInfoFormat {
  private final SegmentMeter meter;
  private final SegmentInfoFormat format;

  MeteredSegmentInfo(SegmentMeter meter, SegmentInfoFormat format) {
    this.meter = meter;
    this.format = format;
  }

  @Override
  public SegmentInfo read(Directory directory, String segment, byte[] id, IOContext context)
      throws IOException {
    return format.read(directory, segment, id, context);
  }

  @Override
  public void write(Directory directory, SegmentInfo info, IOContext context) throws IOException {
    SegmentMeasure measure = meter.finish(info);
    if (!measure.areFilesMeasured()) {
      measure.measureFiles(directory, info.files());
    }
    measure.split().write(directory, info.name, info.getId());
    info.addFile(SegmentSplit.fileName(info.name));
    format.write(directory, info, context);
  }

  /** Measures the files before they vanish into the compound file. */
  static final class Compound extends CompoundFormat {
    private final SegmentMeter meter;
    private final CompoundFormat format;

    Compound(SegmentMeter meter, CompoundFormat format) {
      this.meter = meter;
      this.format = format;
    }

    @Override
    public CompoundDirectory getCompoundReader(Directory directory, SegmentInfo info)
        throws IOException {
      return format.getCompoundReader(directory, info);
    }

    @Override
    public void write(Directory directory, SegmentInfo info, IOContext context) throws IOException {
      SegmentMeasure measure = meter.of(info.name);
      measure.measureFiles(directory, info.files());
      format.write(directory, info, context);
      measure.measureCompound(directory, IndexFileNames.segmentFileName(info.name, "", "cfs"));
    }
  }
}
