package dev.headroom.storage.logs;

import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.logs.BatchIdPage.Entry;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.wal.SyncPolicy;
import dev.headroom.storage.wal.WalConfig;
import dev.headroom.storage.wal.WalDamage;
import dev.headroom.storage.wal.WalTicket;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Remembered batches on the disk: a WAL of its own below the log WAL, an entry a position. The
 * format of its frames is in {@code storage/docs/format/batch-ids.md}.
 */
final class BatchIdLog implements AutoCloseable {
  private static final int VERSION = 1;
  private static final int MAX_ENTRIES_PER_FRAME = 1 << 14;
  private static final long SEGMENT_BYTES = 4L << 20;

  private final WriteAheadLog log;

  BatchIdLog(WalConfig logWal) {
    var config =
        new WalConfig(
            "batch-ids",
            StoreLayout.batchIds(logWal.directory()),
            Math.min(SEGMENT_BYTES, logWal.maxSegmentBytes()),
            logWal.maxGroupBytes(),
            logWal.maxQueuedBytes());
    this.log = WriteAheadLog.open(config, (position, records, payload, offset, length) -> {});
  }

  /** Reads everything there is, oldest first. */
  void replay(Consumer<Entry> consumer) {
    log.replay(
        0,
        (position, records, payload, offset, length) ->
            entries(position, records, payload, offset, length).forEach(consumer));
  }

  private static List<Entry> entries(
      long position, int records, byte[] payload, int offset, int length) {
    try {
      return decode(position, records, payload, offset, length);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | HeadroomException e) {
      // Its checksum holds, so another program wrote it.
      throw new UncheckedIOException(
          new IOException(
              "batch ids at position "
                  + position
                  + ": "
                  + e.getMessage()
                  + "; start the newer program",
              e));
    }
  }

  /** Appends and forces; gives the entries with their places. */
  List<Entry> append(List<Entry> entries) throws IOException {
    List<Entry> placed = new ArrayList<>(entries.size());
    for (int from = 0; from < entries.size(); from += MAX_ENTRIES_PER_FRAME) {
      List<Entry> part =
          entries.subList(from, Math.min(entries.size(), from + MAX_ENTRIES_PER_FRAME));
      byte[] frame = encode(part);
      try {
        WalTicket ticket = log.append(frame, 0, frame.length, part.size(), SyncPolicy.FSYNC);
        ticket.await();
        placed.addAll(numbered(part, ticket.position()));
      } catch (HeadroomException e) {
        throw new IOException("cannot keep batch ids: " + e.getMessage(), e);
      }
    }
    return placed;
  }

  private static List<Entry> numbered(List<Entry> entries, long first) {
    List<Entry> numbered = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      numbered.add(
          new Entry(
              entry.tenant(),
              entry.keyHigh(),
              entry.keyLow(),
              entry.body(),
              first + numbered.size(),
              entry.position(),
              entry.seconds(),
              entry.answer()));
    }
    return numbered;
  }

  private static byte[] encode(List<Entry> entries) {
    Map<TenantId, Integer> tenants = new LinkedHashMap<>();
    entries.forEach(entry -> tenants.putIfAbsent(entry.tenant(), tenants.size()));
    var out = new ByteWriter(entries.size() * 48);
    out.writeByte(VERSION);
    out.writeStrings(tenants.keySet().stream().map(TenantId::value).toList());
    for (Entry entry : entries) {
      out.writeVarInt(tenants.getOrDefault(entry.tenant(), 0));
      out.writeLong(entry.keyHigh());
      out.writeLong(entry.keyLow());
      out.writeLong(entry.body());
      out.writeLong(entry.position());
      out.writeLong(entry.seconds());
      out.writeVarInt(entry.answer().length);
      out.write(entry.answer(), 0, entry.answer().length);
    }
    return out.toByteArray();
  }

  private static List<Entry> decode(
      long position, int records, byte[] payload, int offset, int length) {
    var in = new ByteReader(payload, offset, length);
    int version = in.readByte();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "batch ids of version " + version + ", this program knows up to " + VERSION);
    }
    String[] tenants = in.readStrings();
    List<Entry> entries = new ArrayList<>(records);
    for (int i = 0; i < records; i++) {
      var tenant = new TenantId(tenants[in.readVarInt()]);
      long keyHigh = in.readLong();
      long keyLow = in.readLong();
      long body = in.readLong();
      long frame = in.readLong();
      long seconds = in.readLong();
      var answer = new byte[in.readCount()];
      System.arraycopy(payload, in.position(), answer, 0, answer.length);
      in.skip(answer.length);
      entries.add(new Entry(tenant, keyHigh, keyLow, body, position + i, frame, seconds, answer));
    }
    return entries;
  }

  void truncateBefore(long number) {
    log.truncateBefore(Math.min(number, log.nextPosition()));
  }

  List<WalDamage> damage() {
    return log.damage();
  }

  Optional<String> failure() {
    return log.failure();
  }

  List<StockEntry> stock() {
    return log.stock();
  }

  @Override
  public void close() {
    log.close();
  }
}
