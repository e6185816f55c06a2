package dev.headroom.server.demo;

import dev.headroom.server.demo.Fleet.Host;
import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What node exporters and services of the fleet report: processor seconds, memory, file systems,
 * requests. Walks from step to step; counters and disks remember where they were.
 */
final class FleetMetrics {
  private static final double GIB = 1L << 30;
  private static final double STEP_SECONDS = Fleet.STEP.toSeconds();

  /** Where one step's samples go. */
  interface Sink {
    void sample(Labels labels, long timeMillis, double value);
  }

  private final Fleet fleet;
  private final List<HostState> hosts = new ArrayList<>();

  FleetMetrics(Fleet fleet, long seed) {
    this.fleet = fleet;
    var random = new SplittableRandom(seed);
    for (Host host : Fleet.HOSTS) {
      hosts.add(new HostState(host, random.split()));
    }
  }

  /** Every sample of the step at that time; call in order of time. */
  void step(long epochSecond, Sink sink) {
    for (HostState host : hosts) {
      host.step(epochSecond, sink);
    }
  }

  int seriesCount() {
    return Fleet.HOSTS.stream()
        .mapToInt(host -> HostState.SERIES + HostState.SERIES_PER_CORE * host.cores())
        .sum();
  }

  private final class HostState {
    static final int SERIES = 7;
    static final int SERIES_PER_CORE = 2;

    private final Host host;
    private final SplittableRandom random;
    private final double memoryBytes;
    private final Disk root;
    private final Disk var;
    private final Labels requestsTotal;
    private final List<Labels> idleTotal = new ArrayList<>();
    private final List<Labels> userTotal = new ArrayList<>();
    private final Labels memoryTotal;
    private final Labels memoryAvailable;
    private double requests;

    /** Processor seconds by core; the first cores do most. */
    private final double[] idle;

    private final double[] user;

    HostState(Host host, SplittableRandom random) {
      this.host = host;
      this.random = random;
      this.memoryBytes = host.cores() * 8 * GIB;
      this.root = new Disk("/", 80 * GIB, 0.32, 0.0002, 7);
      boolean fills = host.name().equals("db-2");
      boolean database = host.name().startsWith("db");
      this.var =
          new Disk(
              "/var",
              (database ? 500 : 200) * GIB,
              fills ? 0.41 : 0.22,
              fills ? 0.0037 : database ? 0.0011 : 0.0006,
              0);
      this.requestsTotal =
          labels("http_requests_total").with("service", host.service()).with("job", host.service());
      this.idle = new double[host.cores()];
      this.user = new double[host.cores()];
      for (int core = 0; core < host.cores(); core++) {
        Labels seconds = labels("node_cpu_seconds_total").with("cpu", Integer.toString(core));
        idleTotal.add(seconds.with("mode", "idle"));
        userTotal.add(seconds.with("mode", "user"));
      }
      this.memoryTotal = labels("node_memory_MemTotal_bytes");
      this.memoryAvailable = labels("node_memory_MemAvailable_bytes");
    }

    private Labels labels(String name) {
      return Labels.of(
          Labels.METRIC_NAME,
          name,
          "job",
          "node",
          "instance",
          host.name(),
          "region",
          host.region());
    }

    private void step(long epochSecond, Sink sink) {
      double noise = 1 + 0.06 * gaussian(random);
      double rate = Math.max(0, fleet.load(host, epochSecond) * noise);
      double busy = Math.min(0.93, 0.04 + rate / (host.cores() * host.requestsPerCore()));
      requests += Math.rint(rate * STEP_SECONDS);
      double used = 0.35 + 0.0008 * fleet.day(epochSecond) + 0.22 * busy + 0.004 * gaussian(random);
      long millis = epochSecond * 1000;
      sink.sample(requestsTotal, millis, requests);
      for (int core = 0; core < host.cores(); core++) {
        double share = busy * (core == 0 ? 1.05 : 1 - 0.05 / Math.max(1, host.cores() - 1));
        user[core] += STEP_SECONDS * share;
        idle[core] += STEP_SECONDS * (1 - share);
        sink.sample(idleTotal.get(core), millis, centi(idle[core]));
        sink.sample(userTotal.get(core), millis, centi(user[core]));
      }
      sink.sample(memoryTotal, millis, memoryBytes);
      sink.sample(memoryAvailable, millis, pages(memoryBytes * (1 - Math.min(0.98, used))));
      root.step(epochSecond, sink);
      var.step(epochSecond, sink);
    }

    /** A file system that grows with the load, and is tidied every so many days. */
    private final class Disk {
      private final Labels size;
      private final Labels available;
      private final double sizeBytes;
      private final double growthADay;
      private final int tidiedEveryDays;
      private final double tidyTo;
      private double used;

      Disk(String mount, double sizeBytes, double used, double growthADay, int tidiedEveryDays) {
        this.size = filesystem("size_bytes", mount);
        this.available = filesystem("avail_bytes", mount);
        this.sizeBytes = sizeBytes;
        this.used = used;
        this.tidyTo = used;
        this.growthADay = growthADay;
        this.tidiedEveryDays = tidiedEveryDays;
      }

      private Labels filesystem(String what, String mount) {
        return labels("node_filesystem_" + what)
            .with("mountpoint", mount)
            .with("fstype", "ext4")
            .with("device", mount.equals("/") ? "/dev/nvme0n1p1" : "/dev/nvme1n1");
      }

      private void step(long epochSecond, Sink sink) {
        double relative =
            fleet.load(host, epochSecond) / fleet.load(host, epochSecond - 86_400 * 7);
        double share = Fleet.STEP.toSeconds() / 86_400.0;
        used += growthADay * share * Math.min(2, relative) * (1 + 0.9 * gaussian(random));
        if (tidiedEveryDays > 0) {
          used += 0.012 * share;
          if (Math.floorMod(epochSecond, tidiedEveryDays * 86_400L) == 0) {
            used = tidyTo + growthADay * fleet.day(epochSecond);
          }
        }
        used = Math.clamp(used, 0.01, 0.999);
        sink.sample(size, epochSecond * 1000, sizeBytes);
        sink.sample(available, epochSecond * 1000, pages(sizeBytes * (1 - used)));
      }
    }
  }

  /** Kernels count bytes in pages, processor time in hundredths of a second. */
  private static double pages(double bytes) {
    return Math.rint(bytes / 4096) * 4096;
  }

  private static double centi(double seconds) {
    return Math.rint(seconds * 100) / 100;
  }

  /** Irwin–Hall of twelve: near enough to a normal distribution, and bounded. */
  static double gaussian(SplittableRandom random) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble();
    }
    return sum;
  }
}
