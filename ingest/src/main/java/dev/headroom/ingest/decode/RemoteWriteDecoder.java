package dev.headroom.ingest.decode;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.SampleBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Prometheus remote write 1.0 request ({@code prometheus.WriteRequest}) into samples, read by
 * hand:
 *
 * <pre>
 * WriteRequest { 1 timeseries*, 3 metadata* }
 * TimeSeries   { 1 labels* {1 name, 2 value}, 2 samples* {1 double value, 2 int64 millis},
 *                3 exemplars*, 4 histograms* }
 * </pre>
 *
 * <p>A series with wrong labels is rejected with its samples; a message that is no such request
 * fails whole. Metadata is skipped; exemplars and native histograms are skipped and counted. Values
 * keep their bits, so a stale marker stays one. One decoder a request, not thread-safe.
 */
public final class RemoteWriteDecoder {
  static final int MAX_LABELS = 100;
  static final int MAX_NAME_BYTES = 1024;
  static final int MAX_VALUE_BYTES = 8192;

  private final SampleBatch.Builder batch;
  private final TextTable texts = new TextTable();
  private final Map<String, Long> rejected = new TreeMap<>();
  private String firstProblem = "";
  private long received;

  // Of the series being read.
  private final List<String> pairs = new ArrayList<>();
  private String problem = "";
  private String problemText = "";
  private long[] times = new long[16];
  private double[] values = new double[16];
  private int samples;
  private long exemplars;
  private long histograms;

  public RemoteWriteDecoder(SampleBatch.Builder batch) {
    this.batch = batch;
  }

  /** Samples, exemplars and histograms in the request. */
  public long received() {
    return received;
  }

  /** Those not taken, by reason. */
  public Map<String, Long> rejected() {
    return rejected;
  }

  /** What was wrong with the first series that was rejected; empty if none was. */
  public String firstProblem() {
    return firstProblem;
  }

  /**
   * @throws HeadroomException INVALID when the bytes are no such message
   */
  public void decode(byte[] bytes, int length) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes, 0, length);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (tag == delimited(1)) {
          int limit = in.pushLimit(in.readRawVarint32());
          readSeries(in, bytes);
          in.popLimit(limit);
          endSeries();
        } else {
          skip(in, tag);
        }
      }
    } catch (IOException e) {
      throw HeadroomException.invalid("not a remote write 1.0 request: " + e.getMessage());
    }
  }

  private static int delimited(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new IOException("unexpected end of a group");
    }
  }

  private void readSeries(CodedInputStream in, byte[] bytes) throws IOException {
    pairs.clear();
    problem = "";
    problemText = "";
    samples = 0;
    exemplars = 0;
    histograms = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == delimited(1)) {
        int limit = in.pushLimit(in.readRawVarint32());
        readLabel(in, bytes);
        in.popLimit(limit);
      } else if (tag == delimited(2)) {
        int limit = in.pushLimit(in.readRawVarint32());
        readSample(in);
        in.popLimit(limit);
      } else {
        exemplars += tag == delimited(3) ? 1 : 0;
        histograms += tag == delimited(4) ? 1 : 0;
        skip(in, tag);
      }
    }
  }

  private void readLabel(CodedInputStream in, byte[] bytes) throws IOException {
    String name = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == delimited(1)) {
        name = readText(in, bytes, MAX_NAME_BYTES, "name");
      } else if (tag == delimited(2)) {
        value = readText(in, bytes, MAX_VALUE_BYTES, "value");
      } else {
        skip(in, tag);
      }
    }
    if (pairs.size() >= 2 * MAX_LABELS) {
      fail("too_many_labels", "more than " + MAX_LABELS + " labels");
      return;
    }
    pairs.add(name);
    pairs.add(value);
  }

  private String readText(CodedInputStream in, byte[] bytes, int max, String what)
      throws IOException {
    int length = in.readRawVarint32();
    int offset = in.getTotalBytesRead();
    in.skipRawBytes(length); // fails when there are fewer
    if (length > max) {
      fail("label_too_long", "label " + what + " of " + length + " bytes; at most " + max);
      return "";
    }
    if (!Utf8.isValid(bytes, offset, length)) {
      fail("invalid_utf8", "label " + what + " is not valid UTF-8");
      return "";
    }
    return texts.get(bytes, offset, length);
  }

  private void readSample(CodedInputStream in) throws IOException {
    double value = 0;
    long time = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (1 << 3 | WireFormat.WIRETYPE_FIXED64)) {
        value = in.readDouble();
      } else if (tag == (2 << 3 | WireFormat.WIRETYPE_VARINT)) {
        time = in.readInt64();
      } else {
        skip(in, tag);
      }
    }
    if (samples == times.length) {
      times = Arrays.copyOf(times, samples * 2);
      values = Arrays.copyOf(values, samples * 2);
    }
    times[samples] = time;
    values[samples++] = value;
  }

  private void fail(String reason, String text) {
    if (problem.isEmpty()) {
      problem = reason;
      problemText = text;
    }
  }

  private void endSeries() {
    received += samples + exemplars + histograms;
    reject("exemplar_not_kept", exemplars);
    reject("histogram_not_kept", histograms);
    if (samples == 0) {
      return;
    }
    Labels labels = Labels.EMPTY;
    if (problem.isEmpty()) {
      try {
        labels = Labels.of(pairs.toArray(String[]::new));
        if (labels.metricName().isEmpty()) {
          fail("no_metric_name", "series without __name__: " + Printable.quote(labels.toString()));
        }
      } catch (HeadroomException e) {
        fail("invalid_labels", String.valueOf(e.getMessage()));
      }
    }
    if (!problem.isEmpty()) {
      reject(problem, samples);
      if (firstProblem.isEmpty()) {
        firstProblem = problemText;
      }
      return;
    }
    for (int i = 0; i < samples; i++) {
      batch.add(labels, times[i], values[i]);
    }
  }

  private void reject(String reason, long count) {
    if (count > 0) {
      rejected.merge(reason, count, Long::sum);
    }
  }
}
