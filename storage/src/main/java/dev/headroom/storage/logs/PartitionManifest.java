package dev.headroom.storage.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest of a partition's last commit, and whether it stands so on the disk. Changed under
 * the partition's write lock, read by any thread.
 */
final class PartitionManifest {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionManifest.class);

  private final String partition;
  private final Path folder;
  private volatile @Nullable LogManifest current;
  private boolean isWritten;

  /**
   * @param found empty for a partition without a commit
   */
  PartitionManifest(String partition, Path folder, Optional<PartitionFiles.Found> found) {
    this.partition = partition;
    this.folder = folder;
    found.ifPresent(this::take);
  }

  void take(PartitionFiles.Found found) {
    current = found.manifest();
    isWritten = found.isWritten();
  }

  /** Empty before the first commit. */
  Optional<LogManifest> get() {
    return Optional.ofNullable(current);
  }

  /** Makes and writes that of the index's latest commit. */
  void follow(Directory index, List<String> streams) throws IOException {
    isWritten = false;
    LogManifest before = current;
    LogManifest next =
        LogManifest.of(
            SegmentInfos.readLatestCommit(index),
            streams,
            index,
            before == null ? List.of() : before.files());
    current = next;
    next.write(folder);
    isWritten = true;
  }

  /** Writes it if it is not written; no harm when that fails. */
  void mend() {
    LogManifest unwritten = current;
    if (isWritten || unwritten == null) {
      return;
    }
    try {
      unwritten.write(folder);
      isWritten = true;
    } catch (IOException e) {
      LOG.warn("manifest not written, the next commit will partition={}", partition, e);
    }
  }
}
