package dev.headroom.storage.metrics;

import dev.headroom.storage.metrics.MetricAppendResult.Rejection;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides at the door which samples are stored, and finds their series. Any thread. */
final class SampleAdmission {
  private static final int MAX_REJECTIONS_TOLD = 100;
  private static final Duration MAX_AHEAD = Duration.ofHours(1);

  private final MetricStorage storage;
  private final RetentionPolicy retention;
  private final InstantSource clock;
  private final SampleListener listener;

  SampleAdmission(
      MetricStorage storage,
      RetentionPolicy retention,
      InstantSource clock,
      SampleListener listener) {
    this.storage = storage;
    this.retention = retention;
    this.clock = clock;
    this.listener = listener;
  }

  AdmittedSamples admit(SampleBatch batch) {
    return new Admission(batch, storage.openTenant(batch.tenant()), clock.instant()).admit();
  }

  /** Of a frame in the WAL everything was accepted once. */
  AdmittedSamples readmit(SampleBatch batch) {
    TenantMetrics tenant = storage.openTenant(batch.tenant());
    var series = new HeadSeries[batch.seriesCount()];
    for (int i = 0; i < series.length; i++) {
      series[i] = tenant.head.seriesForReplay(batch.series(i), System.nanoTime());
    }
    return new AdmittedSamples(
        batch, tenant, series, new MetricAppendResult(batch.size(), 0, List.of()));
  }

  /** The admission of one batch. */
  private final class Admission {
    private final SampleBatch batch;
    private final TenantMetrics tenant;
    private final long oldest;
    private final long newest;
    private final long nowNanos = System.nanoTime();
    private final @Nullable HeadSeries[] series;
    private final boolean[] refused;
    private final List<Rejection> rejections = new ArrayList<>();
    private int rejected;

    Admission(SampleBatch batch, TenantMetrics tenant, Instant now) {
      this.batch = batch;
      this.tenant = tenant;
      this.oldest = now.minus(retention.metricAge()).toEpochMilli();
      this.newest = now.plus(MAX_AHEAD).toEpochMilli();
      this.series = new HeadSeries[batch.seriesCount()];
      this.refused = new boolean[batch.seriesCount()];
    }

    AdmittedSamples admit() {
      SampleBatch.@Nullable Builder kept = null;
      for (int i = 0; i < batch.size(); i++) {
        boolean accepted = accept(i);
        if (!accepted && kept == null) {
          kept = copyBefore(i);
        } else if (accepted && kept != null) {
          copy(i, kept);
        }
      }
      SampleBatch stored = kept == null ? batch : kept.build(batch.wireBytes());
      var result = new MetricAppendResult(batch.size() - rejected, rejected, rejections);
      return new AdmittedSamples(stored, tenant, seriesOf(stored), result);
    }

    private boolean accept(int i) {
      long time = batch.timeMillis(i);
      if (time > newest) {
        return reject(i, "too_new", "more than 1 h ahead: " + Instant.ofEpochMilli(time));
      }
      if (time < oldest) {
        return reject(
            i, "too_old", "older than the retention of samples: " + Instant.ofEpochMilli(time));
      }
      int ordinal = batch.seriesOrdinal(i);
      if (series[ordinal] == null && !refused[ordinal]) {
        Optional<HeadSeries> found = tenant.head.series(batch.series(ordinal), nowNanos);
        refused[ordinal] = found.isEmpty();
        series[ordinal] = found.orElse(null);
      }
      return !refused[ordinal] || reject(i, "series_limit", limitMessage());
    }

    private String limitMessage() {
      return "tenant has its limit of "
          + tenant.head.maxSeries()
          + " active series; use labels with fewer values or wait until series are idle for 1 h";
    }

    private boolean reject(int i, String reason, String message) {
      rejected++;
      if (rejections.size() < MAX_REJECTIONS_TOLD) {
        rejections.add(new Rejection(i, reason, message));
      }
      listener.rejected(batch, i, reason);
      return false;
    }

    private SampleBatch.Builder copyBefore(int end) {
      var kept = new SampleBatch.Builder(batch.tenant(), batch.door(), batch.receivedAtNanos());
      for (int i = 0; i < end; i++) {
        copy(i, kept);
      }
      return kept;
    }

    private void copy(int i, SampleBatch.Builder kept) {
      Labels labels = batch.series(batch.seriesOrdinal(i));
      kept.add(labels, batch.timeMillis(i), batch.value(i));
    }

    private HeadSeries[] seriesOf(SampleBatch stored) {
      var found = new HeadSeries[stored.seriesCount()];
      for (int i = 0; i < found.length; i++) {
        // Of a copy the ordinals may differ.
        HeadSeries known =
            stored == batch ? series[i] : tenant.head.seriesForReplay(stored.series(i), nowNanos);
        found[i] = known == null ? placeholder(stored.series(i)) : known;
      }
      return found;
    }

    /** A series of the batch without a sample. */
    private HeadSeries placeholder(Labels labels) {
      return new HeadSeries(labels, nowNanos);
    }
  }
}
