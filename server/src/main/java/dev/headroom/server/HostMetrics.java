package dev.headroom.server;

import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.software.os.OSFileStore;

/**
 * Samples this host's CPU, memory and disks into the default tenant's metrics, so that a fresh
 * installation can say when its own disk fills. Called by one thread.
 */
final class HostMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(HostMetrics.class);

  /** Smaller mounts hold a socket or a secret, no data that grows. */
  private static final long MIN_DISK_BYTES = 16L << 20;

  private final MetricStore store;
  private final String host;

  // Made by the first sample: reading the hardware takes a third of a second.
  private @Nullable SystemInfo system;
  private long @Nullable [] lastTicks;

  HostMetrics(MetricStore store, String host) {
    this.store = store;
    this.host = host;
  }

  void sample(Instant now) {
    SystemInfo info = system;
    if (info == null) {
      info = new SystemInfo();
      system = info;
    }
    var batch =
        new SampleBatch.Builder(
            TenantId.DEFAULT, "self", TimeUnit.MILLISECONDS.toNanos(now.toEpochMilli()));
    addCpu(batch, now, info.getHardware().getProcessor());
    addMemory(batch, now, info.getHardware().getMemory());
    for (OSFileStore disk : info.getOperatingSystem().getFileSystem().getFileStores(true)) {
      addDisk(batch, now, disk);
    }
    try {
      store.append(batch.build(0));
    } catch (HeadroomException e) {
      LOG.warn("host metrics not stored reason={}", e.getMessage());
    }
  }

  private void addCpu(SampleBatch.Builder batch, Instant now, CentralProcessor processor) {
    long[] before = lastTicks;
    if (before != null) {
      double busy = processor.getSystemCpuLoadBetweenTicks(before);
      batch.add(labels("headroom_host_cpu_utilisation_ratio"), now.toEpochMilli(), busy);
    }
    lastTicks = processor.getSystemCpuLoadTicks();
    batch.add(
        labels("headroom_host_cpu_cores"),
        now.toEpochMilli(),
        processor.getLogicalProcessorCount());
  }

  private void addMemory(SampleBatch.Builder batch, Instant now, GlobalMemory memory) {
    batch.add(labels("headroom_host_memory_total_bytes"), now.toEpochMilli(), memory.getTotal());
    batch.add(
        labels("headroom_host_memory_available_bytes"), now.toEpochMilli(), memory.getAvailable());
  }

  /** {@code avail} and not {@code free}: what is reserved for root is no room for us. */
  private void addDisk(SampleBatch.Builder batch, Instant now, OSFileStore disk) {
    if (disk.getTotalSpace() < MIN_DISK_BYTES) {
      return;
    }
    long millis = now.toEpochMilli();
    String mount = disk.getMount();
    batch.add(disk("size_bytes", mount), millis, disk.getTotalSpace());
    batch.add(disk("avail_bytes", mount), millis, disk.getUsableSpace());
    if (disk.getTotalInodes() > 0) {
      batch.add(disk("files", mount), millis, disk.getTotalInodes());
      batch.add(disk("files_free", mount), millis, disk.getFreeInodes());
    }
  }

  private Labels disk(String what, String mount) {
    return labels("headroom_host_filesystem_" + what).with("mountpoint", mount);
  }

  private Labels labels(String name) {
    return Labels.of(Labels.METRIC_NAME, name, "job", "headroom", "instance", host);
  }
}
