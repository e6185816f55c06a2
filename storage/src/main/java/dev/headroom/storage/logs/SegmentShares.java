package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.LargestRemainder;
import dev.headroom.storage.ledger.StockDetail;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockEntry.Basis;
import dev.headroom.storage.ledger.Structure;
import dev.headroom.storage.logs.SegmentSplit.Part;
import dev.headroom.storage.logs.WeightTable.Group;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Shares a segment's measured bytes: between live and deleted records, then among streams, then
 * among event hours; each time by largest remainder, so that a sum at any level is exact.
 */
final class SegmentShares {
  private final PartitionKey key;
  private final SegmentSplit split;
  private final WeightTable deleted;
  private final StockDetail detail;
  private final Consumer<StockEntry> consumer;
  private final List<Group> deletedGroups;

  SegmentShares(
      PartitionKey key,
      SegmentSplit split,
      WeightTable deleted,
      StockDetail detail,
      Consumer<StockEntry> consumer) {
    this.key = key;
    this.split = split;
    this.deleted = deleted;
    this.detail = detail;
    this.consumer = consumer;
    this.deletedGroups = deleted.groups();
  }

  void emit() {
    WeightTable live = split.weights().minus(deleted);
    split.parts().forEach((part, bytes) -> emit(part, bytes, live));
  }

  private void emit(Part part, long bytes, WeightTable live) {
    String weighed = part.field();
    if (!split.weights().fields().containsKey(weighed)) {
      weighed = LogSchema.SOURCE;
    }
    long[] liveWeights = live.of(weighed);
    long[] deletedWeights = deleted.of(weighed);
    long[] shares =
        LargestRemainder.split(bytes, new long[] {sum(liveWeights), sum(deletedWeights)});
    boolean isWhole = shares[0] == bytes || shares[1] == bytes;
    emitStreams(part, part.structure(), shares[0], live.groups(), liveWeights, isWhole);
    emitStreams(part, Structure.DELETED, shares[1], deletedGroups, deletedWeights, isWhole);
  }

  private static long sum(long[] weights) {
    long sum = 0;
    for (long weight : weights) {
      sum += weight;
    }
    return sum;
  }

  private void emitStreams(
      Part part,
      Structure structure,
      long bytes,
      List<Group> among,
      long[] weights,
      boolean isWhole) {
    if (bytes == 0) {
      return;
    }
    int streams = 0;
    var starts = new int[among.size() + 1];
    for (int i = 0; i < among.size(); i++) {
      if (i == 0 || !among.get(i).stream().equals(among.get(i - 1).stream())) {
        starts[streams++] = i;
      }
    }
    starts[streams] = among.size();
    if (streams == 0) {
      put(part, structure, "", dayHour(), bytes, Basis.MEASURED);
      return;
    }
    var ofStreams = new long[streams];
    for (int s = 0; s < streams; s++) {
      ofStreams[s] = sum(Arrays.copyOfRange(weights, starts[s], starts[s + 1]));
    }
    long[] shares = LargestRemainder.split(bytes, ofStreams);
    for (int s = 0; s < streams; s++) {
      Basis basis = isWhole && shares[s] == bytes ? Basis.MEASURED : Basis.ALLOCATED;
      List<Group> hours = among.subList(starts[s], starts[s + 1]);
      if (shares[s] > 0 && detail == StockDetail.DAILY) {
        put(part, structure, hours.getFirst().stream(), dayHour(), shares[s], basis);
      } else if (shares[s] > 0) {
        long[] ofHours = Arrays.copyOfRange(weights, starts[s], starts[s + 1]);
        emitHours(part, structure, shares[s], hours, ofHours, basis);
      }
    }
  }

  private void emitHours(
      Part part,
      Structure structure,
      long bytes,
      List<Group> hours,
      long[] weights,
      Basis basisOfStream) {
    long[] shares = LargestRemainder.split(bytes, weights);
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        Basis basis = shares[i] == bytes ? basisOfStream : Basis.ALLOCATED;
        put(part, structure, hours.get(i).stream(), hours.get(i).hour(), shares[i], basis);
      }
    }
  }

  private long dayHour() {
    return key.day().toEpochDay() * 24;
  }

  private void put(
      Part part, Structure structure, String stream, long hour, long bytes, Basis basis) {
    String field = detail == StockDetail.DAILY ? "" : logicalName(part.field());
    consumer.accept(
        new StockEntry(Optional.of(key.tenant()), stream, field, structure, hour, bytes, basis));
  }

  private static String logicalName(String physicalName) {
    return LogSchema.Type.of(physicalName).isPresent()
        ? LogSchema.logicalName(physicalName)
        : physicalName;
  }
}
