package dev.headroom.storage.ledger;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Flows of one UTC day of receipt; kept as {@code storage/docs/format/ledger-flow.md} says. Guarded
 * by its owner.
 */
final class FlowDay {
  static final String FORMAT = "flow";
  static final int VERSION = 1;
  static final int MAX_ENTRIES = 500_000;
  private static final int HOURS_PER_DAY = 24;

  /** Which WAL a frame stands in. */
  enum Wal {
    LOGS,
    METRICS
  }

  /**
   * @param position frames below it are counted
   * @param newestReceipt of the frames counted, epoch nanoseconds
   */
  record Mark(long position, long newestReceipt) {
    static final Mark NONE = new Mark(0, Long.MIN_VALUE);
  }

  final long epochDay;
  private final TreeMap<FlowKey, FlowSum> sums = new TreeMap<>();
  private final Map<Wal, Mark> marks = new EnumMap<>(Wal.class);
  private boolean isDaily;

  FlowDay(long epochDay) {
    this.epochDay = epochDay;
  }

  Mark mark(Wal wal) {
    return marks.getOrDefault(wal, Mark.NONE);
  }

  boolean isDaily() {
    return isDaily;
  }

  void add(FlowEntry entry) {
    var key = new FlowKey(entry.tenant(), entry.stream(), entry.receiptHour(), entry.eventHour());
    if (isDaily) {
      key = key.daily();
    }
    FlowSum sum = sums.get(key);
    if (sum == null) {
      if (sums.size() >= MAX_ENTRIES) {
        key = new FlowKey(key.tenant(), StreamKey.OVERFLOW, key.receiptHour(), StockEntry.NO_HOUR);
      }
      sum = sums.computeIfAbsent(key, _ -> new FlowSum());
    }
    sum.add(entry);
  }

  void forEach(Consumer<FlowEntry> consumer) {
    sums.forEach((key, sum) -> consumer.accept(sum.entry(key)));
  }

  /** The same flows with days for hours. */
  FlowDay daily() {
    var daily = new FlowDay(epochDay);
    daily.isDaily = true;
    daily.marks.putAll(marks);
    forEach(daily::add);
    return daily;
  }

  byte[] encode(Map<Wal, Mark> now) {
    var out = new ByteWriter(1 << 12);
    out.writeByte(isDaily ? 1 : 0);
    for (Wal wal : Wal.values()) {
      Mark mark = now.getOrDefault(wal, Mark.NONE);
      out.writeVarLong(mark.position);
      out.writeLong(mark.newestReceipt);
    }
    var streams = new TreeSet<FlowKey>();
    sums.keySet().forEach(key -> streams.add(new FlowKey(key.tenant(), key.stream(), 0, 0)));
    Map<FlowKey, Integer> ordinals = new TreeMap<>();
    out.writeVarInt(streams.size());
    for (FlowKey stream : streams) {
      ordinals.put(stream, ordinals.size());
      out.writeString(stream.tenant().value());
      out.writeString(stream.stream());
    }
    out.writeVarInt(sums.size());
    sums.forEach(
        (key, sum) -> {
          out.writeVarInt(ordinals.getOrDefault(new FlowKey(key.tenant(), key.stream(), 0, 0), 0));
          encode(out, key, sum);
        });
    return out.toByteArray();
  }

  private void encode(ByteWriter out, FlowKey key, FlowSum sum) {
    out.writeVarInt((int) (key.receiptHour() - epochDay * HOURS_PER_DAY));
    if (key.eventHour() == StockEntry.NO_HOUR) {
      out.writeVarLong(0);
    } else {
      long late = key.eventHour() - key.receiptHour();
      out.writeVarLong(1 + (late << 1 ^ late >> 63));
    }
    out.writeVarLong(sum.wireBytes);
    out.writeVarLong(sum.rawBytes);
    out.writeVarLong(sum.accepted);
    out.writeVarLong(sum.rejected);
  }

  Map<Wal, Mark> marks() {
    return new EnumMap<>(marks);
  }

  static FlowDay read(Path file, long epochDay) throws IOException {
    byte[] body = DurableFiles.read(file, FORMAT, VERSION);
    var in = new ByteReader(body, 0, body.length);
    var day = new FlowDay(epochDay);
    day.isDaily = in.readByte() == 1;
    for (Wal wal : Wal.values()) {
      day.marks.put(wal, new Mark(in.readVarLong(), in.readLong()));
    }
    List<FlowKey> streams = new ArrayList<>();
    for (int i = in.readCount(); i > 0; i--) {
      streams.add(new FlowKey(new TenantId(in.readString()), in.readString(), 0, 0));
    }
    for (int i = in.readCount(); i > 0; i--) {
      day.readEntry(in, streams);
    }
    return day;
  }

  private void readEntry(ByteReader in, List<FlowKey> streams) {
    FlowKey stream = streams.get(in.readVarInt());
    long receiptHour = epochDay * HOURS_PER_DAY + in.readVarInt();
    long event = in.readVarLong();
    long late = event - 1 >>> 1 ^ -(event - 1 & 1);
    long eventHour = event == 0 ? StockEntry.NO_HOUR : receiptHour + late;
    var sum = new FlowSum();
    sum.add(in.readVarLong(), in.readVarLong(), in.readVarLong(), in.readVarLong());
    sums.put(new FlowKey(stream.tenant(), stream.stream(), receiptHour, eventHour), sum);
  }
}
