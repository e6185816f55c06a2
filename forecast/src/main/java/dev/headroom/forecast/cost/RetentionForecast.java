package dev.headroom.forecast.cost;

import dev.headroom.storage.model.TenantId;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stored bytes of streams, day by day, on joint sample paths. Each event day of a stream is a
 * cohort: held until retention deletes it whole, oldest first when a tenant is over its size limit.
 * A day's stock is what is held when the UTC day ends, before that midnight's deletions: on day t
 * the event days t − age … t.
 */
public final class RetentionForecast {
  private final LocalDate today;
  private final int horizonDays;
  private final int paths;
  private final List<StreamForecast> streams;
  private final long maxBytesPerTenant;
  private final boolean isCutShort;

  /**
   * @param paths every modelled forecast has this many; 1 when all are assumed
   * @param maxBytesPerTenant 0 is no limit
   */
  RetentionForecast(
      LocalDate today,
      int horizonDays,
      int paths,
      List<StreamForecast> streams,
      long maxBytesPerTenant,
      boolean isCutShort) {
    this.today = today;
    this.horizonDays = horizonDays;
    this.paths = paths;
    this.streams = List.copyOf(streams);
    this.maxBytesPerTenant = maxBytesPerTenant;
    this.isCutShort = isCutShort;
  }

  public LocalDate today() {
    return today;
  }

  /** Days ahead, today being the first. */
  public int horizonDays() {
    return horizonDays;
  }

  public int paths() {
    return paths;
  }

  public List<StreamForecast> streams() {
    return streams;
  }

  /** Whether the deadline passed before every stream was forecast. */
  public boolean isCutShort() {
    return isCutShort;
  }

  /** Sees one path at a time. */
  @FunctionalInterface
  public interface PathReader {
    /**
     * @param stock {@code [stream][tier][day]} bytes; used again for the next path, so copy what is
     *     to be kept
     */
    void read(int path, long[][][] stock);
  }

  /**
   * Follows every path.
   *
   * @param tierStarts age in days from which each tier counts, ascending from 0
   */
  public void follow(int[] tierStarts, PathReader reader) {
    new Run(tierStarts).follow(reader);
  }

  /** Stock of all streams together, {@code [path][day]}, in bytes. */
  public double[][] totalPaths() {
    double[][] totals = new double[paths][horizonDays];
    follow(
        new int[] {0},
        (path, stock) -> {
          for (long[][] stream : stock) {
            for (int h = 0; h < horizonDays; h++) {
              totals[path][h] += stream[0][h];
            }
          }
        });
    return totals;
  }

  /** The arrays of one run over all paths. */
  private final class Run {
    private final int[] tierStarts;
    private final int[] tenantOf = new int[streams.size()];
    private final int tenants;
    private final int[] ages = new int[streams.size()];
    private final long[][] held = new long[streams.size()][];
    private final List<Map<Meter, Long>> soFar;
    private final long[][] sums = new long[streams.size()][]; // of cohorts before each index
    private final long[][][] stock;

    Run(int[] tierStarts) {
      this.tierStarts = tierStarts;
      Map<TenantId, Integer> numbers = new LinkedHashMap<>();
      for (int s = 0; s < streams.size(); s++) {
        StreamHistory history = streams.get(s).history();
        Integer known = numbers.putIfAbsent(history.key().tenant(), numbers.size());
        tenantOf[s] = known == null ? numbers.size() - 1 : known;
        ages[s] = history.ageDays();
        held[s] = history.heldCohorts();
        sums[s] = new long[ages[s] + horizonDays + 1];
      }
      tenants = numbers.size();
      soFar = streams.stream().map(StreamForecast::soFar).toList();
      stock = new long[streams.size()][tierStarts.length][horizonDays];
    }

    void follow(PathReader reader) {
      for (int path = 0; path < paths; path++) {
        for (int s = 0; s < streams.size(); s++) {
          addCohorts(path, s);
        }
        int[] dropped = new int[tenants];
        Arrays.fill(dropped, -StreamHistory.MAX_AGE_DAYS - 1);
        for (int h = 0; h < horizonDays; h++) {
          dropOverSize(h, dropped);
          fill(h, dropped);
        }
        reader.read(path, stock);
      }
    }

    private void addCohorts(int path, int s) {
      StreamForecast stream = streams.get(s);
      long[] sum = sums[s];
      for (int i = 0; i < sum.length - 1; i++) {
        int h = i - ages[s];
        long cohort = h < 0 ? held[s][i] : stream.added(Meter.STORED, path, h, soFar.get(s));
        sum[i + 1] = sum[i] + cohort;
      }
    }

    /** Raises the first kept day, counted from today, until the tenant is within its limit. */
    private void dropOverSize(int h, int[] dropped) {
      if (maxBytesPerTenant == 0) {
        return;
      }
      for (int tenant = 0; tenant < tenants; tenant++) {
        while (dropped[tenant] < h && total(tenant, h, dropped[tenant]) > maxBytesPerTenant) {
          dropped[tenant] = Math.max(dropped[tenant] + 1, oldest(tenant, h) + 1);
        }
      }
    }

    private int oldest(int tenant, int h) {
      int days = -1;
      for (int s = 0; s < ages.length; s++) {
        days = tenantOf[s] == tenant ? Math.max(days, ages[s]) : days;
      }
      return h - days - 1;
    }

    private long total(int tenant, int h, int firstKept) {
      long total = 0;
      for (int s = 0; s < ages.length; s++) {
        if (tenantOf[s] == tenant) {
          total += between(s, Math.max(h, firstKept + ages[s]), h + ages[s]);
        }
      }
      return total;
    }

    private void fill(int h, int[] dropped) {
      for (int s = 0; s < ages.length; s++) {
        int kept = Math.max(h, dropped[tenantOf[s]] + ages[s]);
        for (int tier = 0; tier < tierStarts.length; tier++) {
          int newest = h + ages[s] - tierStarts[tier];
          int oldest = tier + 1 < tierStarts.length ? h + ages[s] - tierStarts[tier + 1] + 1 : h;
          stock[s][tier][h] = between(s, Math.max(kept, oldest), newest);
        }
      }
    }

    /** Bytes of the cohorts with these indexes, both included; 0 when there are none. */
    private long between(int s, int from, int to) {
      return to < from ? 0 : sums[s][to + 1] - sums[s][from];
    }
  }
}
