package dev.headroom.forecast.capacity;

import java.util.List;

/** Hosts that are planned without being named: those that send node-exporter metrics, and ours. */
final class BuiltInResources {
  /** File systems that hold no data of their own, or cannot grow. */
  private static final String FILE_SYSTEMS =
      "{fstype!~\"tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|autofs|nsfs|fuse.lxcfs\"}";

  /** Wide enough for samples 5 minutes apart; an average over it is a short peak's worth. */
  private static final String CPU_WINDOW = "[15m]";

  private static final String OWN = "{job=\"headroom\"}";

  /** File systems of the machine that Headroom runs on. */
  static final Resource OWN_DISK =
      Resource.of(
          "{mountpoint} on this host",
          ResourceKind.DISK,
          "headroom_host_filesystem_size_bytes"
              + OWN
              + " - headroom_host_filesystem_avail_bytes"
              + OWN,
          new Capacity.Measured("headroom_host_filesystem_size_bytes" + OWN),
          Resource.BYTES,
          List.of("mountpoint"));

  static final List<Resource> ALL =
      List.of(
          Resource.of(
              "{mountpoint} on {instance}",
              ResourceKind.DISK,
              "node_filesystem_size_bytes" + FILE_SYSTEMS + " - node_filesystem_avail_bytes",
              new Capacity.Measured("node_filesystem_size_bytes" + FILE_SYSTEMS),
              Resource.BYTES,
              List.of("instance", "mountpoint")),
          Resource.of(
              "memory of {instance}",
              ResourceKind.MEMORY,
              "node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes",
              new Capacity.Measured("node_memory_MemTotal_bytes"),
              Resource.BYTES,
              List.of("instance")),
          Resource.of(
              "CPU of {instance}",
              ResourceKind.CPU,
              "rate(node_cpu_seconds_total{mode!~\"idle|iowait\"}" + CPU_WINDOW + ")",
              new Capacity.Measured("count by (instance) (node_cpu_seconds_total{mode=\"idle\"})"),
              "cores",
              List.of("instance")),
          OWN_DISK,
          Resource.of(
              "memory of this host",
              ResourceKind.MEMORY,
              "headroom_host_memory_total_bytes"
                  + OWN
                  + " - headroom_host_memory_available_bytes"
                  + OWN,
              new Capacity.Measured("headroom_host_memory_total_bytes" + OWN),
              Resource.BYTES,
              List.of()),
          Resource.of(
              "CPU of this host",
              ResourceKind.CPU,
              "headroom_host_cpu_utilisation_ratio" + OWN,
              new Capacity.Fixed(1),
              Resource.RATIO,
              List.of()));

  private BuiltInResources() {}
}
