package dev.headroom.storage.logs;

import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a sender was answered, in few bytes: nothing when every record became a new one, else an
 * outcome, a position and a version a record. The ids stand in the batch itself, which a repeat
 * brings again. The format is in {@code storage/docs/format/batch-ids.md}.
 */
final class BatchAnswer {
  private static final Outcome[] OUTCOMES = Outcome.values();

  /** Of items whose positions may be {@link LogRecord#inFrame relative} to their frame. */
  static byte[] encode(List<Item> items) {
    boolean plain = true;
    var out = new ByteWriter(items.size() * 4);
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      plain &=
          item.outcome() == Outcome.CREATED
              && item.version() == 1
              && item.position() == LogRecord.inFrame(i);
      out.writeByte(item.outcome().ordinal());
      out.writeZigZag(item.position());
      out.writeVarLong(item.version());
    }
    return plain ? new byte[0] : out.toByteArray();
  }

  /** Of a batch of which nothing was stored. */
  static byte[] encodeRefused(List<Item> items) {
    var out = new ByteWriter(items.size() * 4);
    for (Item item : items) {
      out.writeByte(item.outcome().ordinal());
      out.writeZigZag(item.position());
      out.writeVarLong(item.version());
    }
    return out.toByteArray();
  }

  /**
   * The items again.
   *
   * @param batch the batch as its sender brings it
   * @param first position of its frame
   * @return empty when the answer belongs to another batch
   */
  static Optional<List<Item>> decode(LogBatch batch, long first, byte[] answer) {
    List<Item> items = new ArrayList<>(batch.size());
    var record = new LogRecord();
    var in = new ByteReader(answer, 0, answer.length);
    try {
      for (int i = 0; i < batch.size(); i++) {
        record.moveTo(batch, i);
        Outcome outcome = answer.length == 0 ? Outcome.CREATED : OUTCOMES[in.readByte()];
        long relative = answer.length == 0 ? LogRecord.inFrame(i) : in.readZigZag();
        long version = answer.length == 0 ? 1 : in.readVarLong();
        long position = LogIds.absolute(relative, first);
        String id = record.id().orElseGet(() -> AutomaticId.of(position));
        items.add(new Item(outcome, position, version, id));
      }
    } catch (IndexOutOfBoundsException _) {
      return Optional.empty();
    }
    return in.remaining() == 0 ? Optional.of(items) : Optional.empty();
  }

  private BatchAnswer() {}
}
