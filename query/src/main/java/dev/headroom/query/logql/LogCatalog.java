package dev.headroom.query.logql;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Which labels, values and streams a tenant's records have. */
public final class LogCatalog {
  /** Values of one label that are told at most. */
  public static final int MAX_VALUES = 10_000;

  /** Newest records of which {@link #series} tells the streams. */
  static final int SERIES_RECORDS = 50_000;

  private final LogStore store;
  private final TenantId tenant;
  private final QueryAdmission admission;

  LogCatalog(LogStore store, TenantId tenant, QueryAdmission admission) {
    this.store = store;
    this.tenant = tenant;
    this.admission = admission;
  }

  private <T> T inSession(Function<Session, T> work) {
    try (QueryAdmission.Turn turn = admission.enter()) {
      return work.apply(new Session(store, tenant, turn));
    }
  }

  private static LogFilter filter(LabelFilters filters, Optional<LogQl.Lines> selector) {
    return selector.map(lines -> filters.push(lines.matchers()).filter()).orElse(LogFilter.ALL);
  }

  /** Names of stream labels that records of the range have. */
  public List<String> labels(TimeRange range, Optional<LogQl.Lines> selector) {
    return inSession(
        session -> {
          var filters = new LabelFilters(session, range);
          LogFilter filter = filter(filters, selector);
          if (count(session, filter, range) == 0) {
            return List.of();
          }
          Collection<String> names = new TreeSet<>();
          for (String label : LabelTable.names()) {
            if (LabelTable.isAlwaysThere(label)
                || !session.present(label, range).isEmpty()
                    && count(session, LogFilter.and(filter, has(filters, label)), range) > 0) {
              names.add(label);
            }
          }
          return List.copyOf(names);
        });
  }

  private static LogFilter has(LabelFilters filters, String label) {
    return new LogFilter.Not(filters.absent(label));
  }

  private static long count(Session session, LogFilter filter, TimeRange range) {
    return session.aggregate(filter, range, List.of()).totalHits();
  }

  /** How many records each value of a label has; the most frequent when there are too many. */
  public SortedMap<String, Long> values(
      String label, TimeRange range, Optional<LogQl.Lines> selector) {
    return inSession(
        session -> {
          var filters = new LabelFilters(session, range);
          LogFilter filter = filter(filters, selector);
          Optional<Map<String, Long>> all = filters.counts(label, filter, MAX_VALUES);
          return new TreeMap<>(all.orElse(Map.of()));
        });
  }

  /** The number of records, and the average length of the newest of them. */
  public record Volume(long entries, double bytesPerEntry) {
    public long bytes() {
      return Math.round(entries * bytesPerEntry);
    }
  }

  public Volume volume(LogQl.Lines selector, TimeRange range) {
    return inSession(
        session -> {
          var filters = new LabelFilters(session, range);
          LogFilter filter = filters.push(selector.matchers()).filter();
          long entries = count(session, filter, range);
          long[] sampled = new long[2];
          var _ =
              session.scan(
                  filter,
                  range,
                  LogSort.NEWEST,
                  VOLUME_SAMPLE,
                  hit -> {
                    sampled[0]++;
                    sampled[1] += hit.source().length;
                    return sampled[0] < VOLUME_SAMPLE;
                  });
          return new Volume(entries, sampled[0] == 0 ? 0 : (double) sampled[1] / sampled[0]);
        });
  }

  private static final int VOLUME_SAMPLE = 500;

  /** Label sets of the newest records that a selector chooses. */
  public List<Labels> series(List<LogQl.Lines> selectors, TimeRange range) {
    Collection<Labels> found = new TreeSet<>();
    for (LogQl.Lines selector : selectors) {
      inSession(session -> addSeries(session, selector, range, found));
    }
    return List.copyOf(found);
  }

  private static boolean addSeries(
      Session session, LogQl.Lines selector, TimeRange range, Collection<Labels> found) {
    LogFilter filter = new LabelFilters(session, range).push(selector.matchers()).filter();
    int[] seen = new int[1];
    var _ =
        session.scan(
            filter,
            range,
            LogSort.NEWEST,
            Integer.MAX_VALUE,
            hit -> {
              Map<String, String> labels = RecordEntry.stream(hit);
              if (matches(selector, labels)) {
                found.add(Labels.of(labels));
              }
              return ++seen[0] < SERIES_RECORDS;
            });
    return true;
  }

  private static boolean matches(LogQl.Lines selector, Map<String, String> labels) {
    return selector.matchers().stream()
        .allMatch(matcher -> matcher.matches(labels.getOrDefault(matcher.name(), "")));
  }

  /** The newest records of a query, for those who look at what fields there are. */
  public List<LogHit> newest(LogQl.Lines selector, TimeRange range, int limit) {
    return inSession(
        session -> {
          LogFilter filter = new LabelFilters(session, range).push(selector.matchers()).filter();
          List<LogHit> hits = new ArrayList<>();
          var _ =
              session.scan(
                  filter,
                  range,
                  LogSort.NEWEST,
                  limit,
                  hit -> {
                    hits.add(hit);
                    boolean room = session.memory().tryReserve(hit.source().length);
                    return room && hits.size() < limit;
                  });
          return hits;
        });
  }
}
