package dev.headroom.storage.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one request brought, by stream and event hour; the rules are in {@code
 * storage/docs/format/ledger-flow.md}.
 *
 * @param streams what the request says its streams belong to
 */
record RequestFlow(
    TenantId tenant,
    long receivedAtNanos,
    List<FlowEntry> entries,
    Map<String, StreamAttributes> streams) {
  static final String METRICS_STREAM = "metrics";
  private static final long NANOS_PER_HOUR = 3_600_000_000_000L;
  private static final long MILLIS_PER_HOUR = 3_600_000L;
  private static final int SAMPLE_BYTES = 16;
  private static final int MAX_LATE_HOURS = 48;

  static RequestFlow of(LogBatch batch) {
    var parts = new Parts(batch.tenant(), batch.receivedAtNanos());
    var record = new LogRecord();
    for (int i = 0; i < batch.size(); i++) {
      record.moveTo(batch, i);
      long hour = Math.floorDiv(record.eventTimeNanos(), NANOS_PER_HOUR);
      parts.of(record.stream(), hour).add(0, record.sourceLength(), 1, 0);
    }
    long rejected = 0;
    for (long count : batch.rejected().values()) {
      rejected += count;
    }
    if (rejected > 0 || batch.rejectedBytes() > 0) {
      String stream = batch.streamCount() == 1 ? batch.stream(0) : "";
      parts.of(stream, StockEntry.NO_HOUR).add(0, batch.rejectedBytes(), 0, rejected);
    }
    Map<String, StreamAttributes> streams = new HashMap<>();
    for (int i = 0; i < batch.streamCount(); i++) {
      streams.put(batch.stream(i), batch.streamAttributes(i));
    }
    return parts.flow(batch.wireBytes(), streams);
  }

  static RequestFlow of(SampleBatch batch) {
    var parts = new Parts(batch.tenant(), batch.receivedAtNanos());
    var labelsSeen = new boolean[batch.seriesCount()];
    for (int i = 0; i < batch.size(); i++) {
      int series = batch.seriesOrdinal(i);
      long bytes = SAMPLE_BYTES;
      if (!labelsSeen[series]) {
        labelsSeen[series] = true;
        bytes += bytesOf(batch.series(series));
      }
      long hour = Math.floorDiv(batch.timeMillis(i), MILLIS_PER_HOUR);
      parts.of(streamOf(batch.series(series)), hour).add(0, bytes, 1, 0);
    }
    return parts.flow(batch.wireBytes(), Map.of());
  }

  /** One sample that was refused. */
  static RequestFlow ofRejected(SampleBatch batch, int index) {
    var parts = new Parts(batch.tenant(), batch.receivedAtNanos());
    String stream = streamOf(batch.series(batch.seriesOrdinal(index)));
    parts.of(stream, StockEntry.NO_HOUR).add(0, SAMPLE_BYTES, 0, 1);
    return parts.flow(0, Map.of());
  }

  /** The way over the wire of a request whose samples were all refused. */
  static RequestFlow ofRefused(SampleBatch batch) {
    return new Parts(batch.tenant(), batch.receivedAtNanos()).flow(batch.wireBytes(), Map.of());
  }

  /** The stream that samples of a series count for. */
  static String streamOf(Labels labels) {
    String job = labels.get("job");
    return job.isEmpty() ? METRICS_STREAM : job;
  }

  private static long bytesOf(Labels labels) {
    long bytes = 0;
    for (Map.Entry<String, String> label : labels.toMap().entrySet()) {
      bytes += label.getKey().getBytes(UTF_8).length + label.getValue().getBytes(UTF_8).length;
    }
    return bytes;
  }

  /** Adds up by stream and event hour; neighbours mostly share both. */
  private static final class Parts {
    private final TenantId tenant;
    private final long receivedAtNanos;
    private final long receiptHour;
    private final TreeMap<FlowKey, FlowSum> sums = new TreeMap<>();
    private String lastStream = "";
    private long lastHour;
    private FlowSum last = new FlowSum();

    Parts(TenantId tenant, long receivedAtNanos) {
      this.tenant = tenant;
      this.receivedAtNanos = receivedAtNanos;
      this.receiptHour = Math.floorDiv(receivedAtNanos, NANOS_PER_HOUR);
    }

    FlowSum of(String stream, long hour) {
      if (!sums.isEmpty() && hour == lastHour && stream.equals(lastStream)) {
        return last;
      }
      boolean isLate = hour != StockEntry.NO_HOUR && hour < receiptHour - MAX_LATE_HOURS;
      var key = new FlowKey(tenant, stream, receiptHour, isLate ? StockEntry.dayOf(hour) : hour);
      last = sums.computeIfAbsent(key, _ -> new FlowSum());
      lastStream = stream;
      lastHour = hour;
      return last;
    }

    RequestFlow flow(long wireBytes, Map<String, StreamAttributes> streams) {
      if (sums.isEmpty() && wireBytes == 0) {
        return new RequestFlow(tenant, receivedAtNanos, List.of(), streams);
      }
      if (sums.isEmpty()) {
        of("", StockEntry.NO_HOUR);
      }
      var weights = new long[sums.size()];
      int i = 0;
      for (FlowSum sum : sums.values()) {
        weights[i++] = sum.rawBytes;
      }
      long[] shares = LargestRemainder.split(wireBytes, weights);
      List<FlowEntry> entries = new ArrayList<>(shares.length);
      i = 0;
      for (Map.Entry<FlowKey, FlowSum> part : sums.entrySet()) {
        part.getValue().wireBytes = shares[i++];
        entries.add(part.getValue().entry(part.getKey()));
      }
      return new RequestFlow(tenant, receivedAtNanos, entries, streams);
    }
  }
}
