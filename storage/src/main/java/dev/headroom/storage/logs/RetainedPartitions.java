package dev.headroom.storage.logs;

import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetainedStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions as retention sees them: pieces that are dropped whole. Safe for any thread. */
final class RetainedPartitions implements RetainedStore {
  private static final Logger LOG = LoggerFactory.getLogger(RetainedPartitions.class);

  private static final String PIECE_KIND = "log_partition";

  private final PartitionMap partitions;
  private final IndexQueue queue;
  private final LogUpkeep upkeep;

  RetainedPartitions(PartitionMap partitions, IndexQueue queue, LogUpkeep upkeep) {
    this.partitions = partitions;
    this.queue = queue;
    this.upkeep = upkeep;
  }

  @Override
  public List<RetainedPiece> pieces() {
    List<RetainedPiece> pieces = new ArrayList<>();
    for (LogPartition partition : partitions.all()) {
      pieces.add(
          new RetainedPiece(
              partition.key.tenant(),
              PIECE_KIND,
              partition.key.name(),
              partition.key.retentionClass(),
              partition.key.range(),
              partition.records(),
              PartitionFolders.size(partition.path)));
    }
    return pieces;
  }

  @Override
  public void drop(RetainedPiece piece) throws IOException {
    if (!piece.kind().equals(PIECE_KIND)) {
      return;
    }
    queue.call(
        () -> {
          Optional<LogPartition> partition = partitions.named(piece.name());
          if (partition.isPresent()) {
            commitFirst();
            partitions.drop(partition.get());
          }
        });
  }

  /** So that no replay brings back what is dropped; on a full disk dropping is worth more. */
  private void commitFirst() {
    try {
      if (queue.stalled().isEmpty()) {
        upkeep.commit();
      }
    } catch (IOException e) {
      LOG.warn("dropping without a checkpoint problem={}", e.getMessage());
    }
  }
}
