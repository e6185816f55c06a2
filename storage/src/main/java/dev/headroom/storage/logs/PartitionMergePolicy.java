package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.jspecify.annotations.Nullable;

/**
 * While a partition is hot, only small neighbours are joined (merging takes 40 % of the CPU else);
 * a forced merge joins all neighbours at once, each into a segment of at most the cap. Only
 * neighbours are ever joined, so records stay in the order they arrived.
 */
final class PartitionMergePolicy extends FilterMergePolicy {
  private static final double MAX_HOT_MERGE_MB = 16;
  private static final int MERGE_FACTOR = 10;

  /** Past it a merge needs too much free disk for too little: searches read 5 GiB as fast. */
  private static final long MAX_SEALED_SEGMENT_BYTES = 5L << 30;

  private final LongPredicate hasRoomFor;

  /**
   * @param hasRoomFor whether the disk can take so many bytes more; a hot merge waits for that
   */
  PartitionMergePolicy(LongPredicate hasRoomFor) {
    super(hot());
    this.hasRoomFor = hasRoomFor;
  }

  private static MergePolicy hot() {
    var policy = new LogByteSizeMergePolicy();
    policy.setMaxMergeMB(MAX_HOT_MERGE_MB);
    policy.setMergeFactor(MERGE_FACTOR);
    policy.setNoCFSRatio(1.0); // few files: 20,000 open ones are a real limit
    return policy;
  }

  @Override
  public @Nullable MergeSpecification findMerges(
      MergeTrigger trigger, SegmentInfos infos, MergeContext context) throws IOException {
    MergeSpecification found = in.findMerges(trigger, infos, context);
    if (found == null) {
      return null;
    }
    long bytes = 0;
    for (OneMerge merge : found.merges) {
      for (SegmentCommitInfo segment : merge.segments) {
        bytes += size(segment, context);
      }
    }
    return hasRoomFor.test(bytes) ? found : null;
  }

  @Override
  public @Nullable MergeSpecification findForcedMerges(
      SegmentInfos infos,
      int maxSegmentCount,
      Map<SegmentCommitInfo, Boolean> segmentsToMerge,
      MergeContext context)
      throws IOException {
    Set<SegmentCommitInfo> merging = context.getMergingSegments();
    var specification = new MergeSpecification();
    List<SegmentCommitInfo> group = new ArrayList<>();
    long groupBytes = 0;
    for (SegmentCommitInfo segment : infos) {
      long bytes = size(segment, context);
      boolean isFree = segmentsToMerge.containsKey(segment) && !merging.contains(segment);
      if (!isFree || groupBytes + bytes > MAX_SEALED_SEGMENT_BYTES) {
        addGroup(specification, group, context);
        group.clear();
        groupBytes = 0;
      }
      if (isFree) {
        group.add(segment);
        groupBytes += bytes;
      }
    }
    addGroup(specification, group, context);
    return specification.merges.isEmpty() ? null : specification;
  }

  private void addGroup(
      MergeSpecification specification, List<SegmentCommitInfo> group, MergeContext context)
      throws IOException {
    boolean worthIt =
        group.size() > 1
            || group.size() == 1 && numDeletes(group.getFirst(), context) > 0
            || group.size() == 1 && !group.getFirst().info.getUseCompoundFile();
    if (worthIt) {
      specification.add(new OneMerge(List.copyOf(group)));
    }
  }

  private static int numDeletes(SegmentCommitInfo segment, MergeContext context)
      throws IOException {
    return context.numDeletesToMerge(segment);
  }
}
