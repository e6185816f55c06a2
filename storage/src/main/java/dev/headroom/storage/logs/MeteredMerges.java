package dev.headroom.storage.logs;

import java.io.IOException;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergePolicy.OneMerge;
import org.apache.lucene.index.OneMergeWrappingMergePolicy;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.Directory;

/**
 * Tells the meter, for each merge, which segments it replaces and what their live records weigh.
 */
final class MeteredMerges extends OneMergeWrappingMergePolicy {
  MeteredMerges(SegmentMeter meter, MergePolicy policy) {
    super(policy, merge -> new Metered(meter, merge));
  }

  private static final class Metered extends OneMerge {
    private final SegmentMeter meter;

    Metered(SegmentMeter meter, OneMerge merge) {
      super(merge.segments);
      this.meter = meter;
    }

    @Override
    public CodecReader wrapForMerge(CodecReader reader) throws IOException {
      if (!(reader instanceof SegmentReader segment)) {
        throw new IllegalStateException("a merge of something that is no segment: " + reader);
      }
      Directory directory = segment.getSegmentInfo().info.dir;
      String name = segment.getSegmentName();
      WeightTable live =
          SegmentSplit.read(directory, name).weights().minus(DeletedWeights.of(segment));
      meter.of(getMergeInfo().info.name).addMerged(name, live);
      return reader;
    }

    @Override
    public void mergeFinished(boolean success, boolean segmentDropped) throws IOException {
      super.mergeFinished(success, segmentDropped);
      SegmentCommitInfo target = getMergeInfo();
      if (target != null) {
        meter.forget(target.info.name);
      }
    }
  }
}
