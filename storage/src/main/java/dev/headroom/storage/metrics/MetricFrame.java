package dev.headroom.storage.metrics;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A batch as the WAL keeps it; the format is in {@code storage/docs/format/metric-frame.md}. */
final class MetricFrame {
  private static final int VERSION = 1;
  private static final int RAW = 0;
  private static final int XOR = 1;

  static byte[] encode(SampleBatch batch) {
    var out = new ByteWriter(256 + 64 * batch.seriesCount() + 12 * batch.size());
    out.writeByte(VERSION);
    out.writeString(batch.tenant().value());
    out.writeString(batch.door());
    out.writeLong(batch.receivedAtNanos());
    out.writeVarLong(batch.wireBytes());
    int form = valueForm(batch);
    out.writeByte(form);
    writeSeries(batch, out);
    writeSamples(batch, form, out);
    return out.toByteArray();
  }

  private static void writeSeries(SampleBatch batch, ByteWriter out) {
    Map<String, Integer> numbers = new HashMap<>();
    List<String> strings = new ArrayList<>();
    var series = new ByteWriter(16 * batch.seriesCount());
    series.writeVarInt(batch.seriesCount());
    for (int i = 0; i < batch.seriesCount(); i++) {
      Labels labels = batch.series(i);
      series.writeVarInt(labels.size());
      for (int pair = 0; pair < labels.size(); pair++) {
        series.writeVarInt(number(labels.name(pair), numbers, strings));
        series.writeVarInt(number(labels.value(pair), numbers, strings));
      }
    }
    out.writeStrings(strings);
    out.write(series.array(), 0, series.length());
  }

  private static int number(String text, Map<String, Integer> numbers, List<String> strings) {
    Integer known = numbers.putIfAbsent(text, strings.size());
    if (known != null) {
      return known;
    }
    strings.add(text);
    return strings.size() - 1;
  }

  /** End of the run of one series that starts there. */
  static int runEnd(SampleBatch batch, int from) {
    int series = batch.seriesOrdinal(from);
    int to = from + 1;
    while (to < batch.size() && batch.seriesOrdinal(to) == series) {
      to++;
    }
    return to;
  }

  private static int valueForm(SampleBatch batch) {
    long bytes = 0;
    for (int i = 0; i < batch.size(); ) {
      int end = runEnd(batch, i);
      for (long previous = 0; i < end; i++) {
        long bits = Double.doubleToRawLongBits(batch.value(i));
        int significant = 64 - Long.numberOfLeadingZeros(Long.reverseBytes(bits ^ previous));
        bytes += Math.max(1, (significant + 6) / 7);
        previous = bits;
      }
    }
    return bytes < 8L * batch.size() ? XOR : RAW;
  }

  private static void writeSamples(SampleBatch batch, int form, ByteWriter out) {
    out.writeVarInt(batch.size());
    int series = -1;
    long time = 0;
    for (int i = 0; i < batch.size(); ) {
      int end = runEnd(batch, i);
      out.writeZigZag(batch.seriesOrdinal(i) - series);
      out.writeVarInt(end - i);
      series = batch.seriesOrdinal(i);
      for (int at = i; at < end; at++) {
        out.writeZigZag(batch.timeMillis(at) - time);
        time = batch.timeMillis(at);
      }
      long previous = 0;
      for (; i < end; i++) {
        long bits = Double.doubleToRawLongBits(batch.value(i));
        if (form == RAW) {
          out.writeLong(bits);
        } else {
          out.writeVarLong(Long.reverseBytes(bits ^ previous));
          previous = bits;
        }
      }
    }
  }

  /**
   * @throws IndexOutOfBoundsException when the bytes are no frame
   * @throws HeadroomException UNAVAILABLE when a newer program wrote it
   */
  static SampleBatch decode(byte[] bytes, int offset, int length) {
    var in = new ByteReader(bytes, offset, length);
    int version = in.readByte();
    if (version != VERSION) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE,
          "metric WAL holds frame version "
              + version
              + ", this program knows "
              + VERSION
              + "; start the newer program");
    }
    var tenant = new TenantId(in.readString());
    String door = in.readString();
    var batch = new SampleBatch.Builder(tenant, door, in.readLong());
    long wireBytes = in.readVarLong();
    int form = in.readByte();
    int seriesCount = readSeries(in, batch);
    readSamples(in, form, seriesCount, batch);
    return batch.build(wireBytes);
  }

  private static int readSeries(ByteReader in, SampleBatch.Builder batch) {
    String[] strings = in.readStrings();
    int count = in.readCount();
    for (int i = 0; i < count; i++) {
      var pairs = new String[2 * in.readCount()];
      for (int at = 0; at < pairs.length; at++) {
        pairs[at] = strings[in.readVarInt()];
      }
      batch.series(Labels.ofSorted(pairs));
    }
    return count;
  }

  private static void readSamples(
      ByteReader in, int form, int seriesCount, SampleBatch.Builder batch) {
    int left = in.readCount();
    int series = -1;
    long time = 0;
    while (left > 0) {
      series += (int) in.readZigZag();
      int run = in.readCount();
      if (run == 0 || run > left || series < 0 || series >= seriesCount) {
        throw new IndexOutOfBoundsException("run of " + run + " samples of series " + series);
      }
      var times = new long[run];
      for (int i = 0; i < run; i++) {
        time += in.readZigZag();
        times[i] = time;
      }
      long bits = 0;
      for (int i = 0; i < run; i++) {
        bits = form == RAW ? in.readLong() : bits ^ Long.reverseBytes(in.readVarLong());
        batch.add(series, times[i], Double.longBitsToDouble(bits));
      }
      left -= run;
    }
  }

  private MetricFrame() {}
}
