package dev.headroom.query.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.query.lang.Glob;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.logs.AppendResult;
import dev.headroom.storage.logs.BucketOrder;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.logs.StreamInfo;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.sketch.DistinctSketch;
import dev.headroom.storage.sketch.QuantileSketch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Records in a list, searched one by one: small enough to be believed. */
public final class MemoryLogStore implements LogStore {
  private final List<LogHit> records = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();

  /** The last search it was asked, for tests of planning. */
  public @Nullable LogSearch asked;

  /** Runs in each search, for tests of slow ones. */
  public Consumer<Deadline> searching = _ -> {};

  public void add(String time, String stream, String source) {
    long nanos = TimeRange.nanos(Instant.parse(time));
    long position = records.size();
    byte[] bytes = source.replace('\'', '"').getBytes(UTF_8);
    records.add(
        new LogHit(
            position, nanos, stream, stream, "id" + position, 1, bytes, new LogCursor(nanos, 0L)));
  }

  /** From now on every answer is partial for this reason. */
  public void failPartly(String reason) {
    reasons.add(reason);
  }

  @Override
  public LogAnswer search(
      TenantId tenant, LogSearch search, Deadline deadline, MemoryPermit permit) {
    asked = search;
    deadline.check();
    searching.accept(deadline);
    List<LogHit> found =
        records.stream()
            .filter(hit -> search.range().contains(hit.eventTimeNanos()))
            .filter(hit -> search.streams().isEmpty() || search.streams().contains(hit.stream()))
            .filter(
                hit ->
                    search.indexPatterns().isEmpty()
                        || search.indexPatterns().stream()
                            .anyMatch(pattern -> Glob.matches(pattern, hit.index())))
            .filter(hit -> matches(search.filter(), hit))
            .toList();
    Comparator<@Nullable Object> values = ValueOrder.of(search.sort().descending());
    Comparator<LogCursor> order = (a, b) -> values.compare(a.value(), b.value());
    Comparator<LogCursor> ties = Comparator.comparingLong(LogCursor::position);
    Comparator<LogCursor> whole =
        order.thenComparing(search.sort().descending() ? ties.reversed() : ties);
    List<LogHit> hits =
        found.stream()
            .map(hit -> withSort(hit, search))
            .filter(
                hit ->
                    search.after().isEmpty() || whole.compare(hit.sort(), search.after().get()) > 0)
            .sorted((a, b) -> whole.compare(a.sort(), b.sort()))
            .limit(search.limit())
            .toList();
    return new LogAnswer(
        hits, found.size(), search.countHits(), aggregate(search.aggregates(), found), reasons);
  }

  private static LogHit withSort(LogHit hit, LogSearch search) {
    Object value =
        search.sort().isByTime()
            ? Long.valueOf(hit.eventTimeNanos())
            : value(hit, search.sort().field());
    return new LogHit(
        hit.position(),
        hit.eventTimeNanos(),
        hit.stream(),
        hit.index(),
        hit.id(),
        hit.version(),
        hit.source(),
        new LogCursor(value == null ? "\uffff" : value, hit.position()));
  }

  private static @Nullable Object value(LogHit hit, String field) {
    Optional<Json> json = new RecordFields(hit).get(field);
    return json.isEmpty() ? null : ValueOrder.key(json.get());
  }

  private static boolean matches(LogFilter filter, LogHit hit) {
    return switch (filter) {
      case LogFilter.All _ -> true;
      case LogFilter.None _ -> false;
      case LogFilter.And and -> and.parts().stream().allMatch(part -> matches(part, hit));
      case LogFilter.Or or ->
          or.parts().stream().filter(part -> matches(part, hit)).count() >= or.minimum();
      case LogFilter.Not not -> !matches(not.part(), hit);
      case LogFilter.Term term -> contains(hit, term.field(), term.value());
      case LogFilter.Terms terms ->
          terms.values().stream().anyMatch(value -> contains(hit, terms.field(), value));
      case LogFilter.Phrase phrase -> contains(hit, phrase.field(), phrase.text());
      case LogFilter.PhrasePrefix phrase -> contains(hit, phrase.field(), phrase.text());
      case LogFilter.Prefix prefix ->
          tokens(hit, prefix.field()).stream().anyMatch(t -> t.startsWith(prefix.prefix()));
      case LogFilter.Wildcard wild ->
          tokens(hit, wild.field()).stream().anyMatch(t -> Glob.matches(wild.pattern(), t));
      case LogFilter.Regex regex ->
          tokens(hit, regex.field()).stream().anyMatch(t -> t.matches(regex.pattern()));
      case LogFilter.Exists exists -> value(hit, exists.field()) != null;
      case LogFilter.Ids ids -> ids.ids().contains(hit.id());
      case LogFilter.Range range -> {
        Object value = value(hit, range.field());
        yield value != null
            && above(value, range.lower(), range.includeLower() ? 0 : 1)
            && !above(value, range.upper(), range.includeUpper() ? 1 : 0, false);
      }
    };
  }

  private static boolean above(Object value, @Nullable String bound, int least) {
    return above(value, bound, least, true);
  }

  private static boolean above(Object value, @Nullable String bound, int least, boolean open) {
    if (bound == null) {
      return open;
    }
    int order =
        value instanceof Number number
            ? Double.compare(number.doubleValue(), Double.parseDouble(bound))
            : value.toString().compareTo(bound);
    return Integer.signum(order) >= least;
  }

  private static boolean contains(LogHit hit, String field, String text) {
    if (field.isEmpty() || field.equals("message")) {
      String words = " " + String.join(" ", tokens(hit, "message")) + " ";
      if (words.contains(" " + text.toLowerCase(Locale.ROOT) + " ")) {
        return true;
      }
    }
    if (field.isEmpty()) {
      return hit.sourceText().contains("\"" + text + "\"");
    }
    Object value = value(hit, field);
    return value != null && value.toString().equals(text);
  }

  private static List<String> tokens(LogHit hit, String field) {
    Object value = value(hit, field.isEmpty() ? "message" : field);
    if (value == null) {
      return List.of();
    }
    return field.isEmpty() || field.equals("message")
        ? Arrays.asList(value.toString().toLowerCase(Locale.ROOT).split("[^\\p{Alnum}]+"))
        : List.of(value.toString());
  }

  private static List<LogAggregateResult> aggregate(
      List<LogAggregate> aggregates, List<LogHit> hits) {
    return aggregates.stream().map(aggregate -> aggregate(aggregate, hits)).toList();
  }

  private static LogAggregateResult aggregate(LogAggregate aggregate, List<LogHit> hits) {
    return switch (aggregate) {
      case LogAggregate.DateHistogram histogram -> {
        long interval = histogram.intervalNanos();
        long offset = histogram.offsetNanos();
        List<LogAggregateResult.Bucket> buckets =
            buckets(
                hits,
                hit -> Math.floorDiv(hit.eventTimeNanos() - offset, interval) * interval + offset,
                histogram.children());
        yield new LogAggregateResult.Buckets(histogram.name(), buckets, 0);
      }
      case LogAggregate.Terms terms -> terms(terms, hits);
      case LogAggregate.CalendarHistogram histogram ->
          new LogAggregateResult.Buckets(
              histogram.name(),
              buckets(
                  hits,
                  hit -> histogram.rounding().start(hit.eventTimeNanos()),
                  histogram.children()),
              0);
      case LogAggregate.Stats stats -> stats(stats.name(), numbers(hits, stats.field()));
      case LogAggregate.ExtendedStats stats -> {
        double[] numbers = numbers(hits, stats.field());
        double mean = Arrays.stream(numbers).average().orElse(Double.NaN);
        yield new LogAggregateResult.ExtendedStats(
            stats.name(),
            stats(stats.name(), numbers),
            Arrays.stream(numbers).map(x -> x * x).sum(),
            Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum());
      }
      case LogAggregate.ValueCount count ->
          new LogAggregateResult.ValueCount(
              count.name(), hits.stream().filter(hit -> value(hit, count.field()) != null).count());
      case LogAggregate.Percentiles percentiles -> {
        var sketch = new QuantileSketch();
        hits.stream()
            .map(hit -> value(hit, percentiles.field()))
            .filter(Number.class::isInstance)
            .forEach(number -> sketch.add(((Number) number).doubleValue()));
        yield new LogAggregateResult.Percentiles(percentiles.name(), sketch);
      }
      case LogAggregate.Distinct distinct -> {
        var sketch = new DistinctSketch();
        hits.stream()
            .map(hit -> value(hit, distinct.field()))
            .filter(Objects::nonNull)
            .forEach(value -> add(sketch, value));
        yield new LogAggregateResult.Distinct(distinct.name(), sketch);
      }
      case LogAggregate.Histogram _,
          LogAggregate.Filters _,
          LogAggregate.Ranges _,
          LogAggregate.Composite _,
          LogAggregate.TopHits _ ->
          throw new UnsupportedOperationException(aggregate.toString());
    };
  }

  private static double[] numbers(List<LogHit> hits, String field) {
    return hits.stream()
        .map(hit -> value(hit, field))
        .filter(Number.class::isInstance)
        .mapToDouble(number -> ((Number) number).doubleValue())
        .toArray();
  }

  private static LogAggregateResult.Stats stats(String name, double[] numbers) {
    return new LogAggregateResult.Stats(
        name,
        numbers.length,
        Arrays.stream(numbers).sum(),
        Arrays.stream(numbers).min().orElse(Double.NaN),
        Arrays.stream(numbers).max().orElse(Double.NaN));
  }

  private static void add(DistinctSketch sketch, Object value) {
    if (value instanceof Number number) {
      sketch.addDouble(number.doubleValue());
    } else {
      byte[] text = value.toString().getBytes(UTF_8);
      sketch.addBytes(text, 0, text.length);
    }
  }

  private static LogAggregateResult terms(LogAggregate.Terms terms, List<LogHit> hits) {
    List<LogHit> having = hits.stream().filter(h -> value(h, terms.field()) != null).toList();
    var buckets = new ArrayList<>(buckets(having, h -> key(h, terms.field()), terms.children()));
    buckets.sort(BucketOrder.comparator(terms.orders()));
    List<LogAggregateResult.Bucket> kept =
        buckets.subList(0, Math.min(terms.size(), buckets.size()));
    long others = having.size() - kept.stream().mapToLong(LogAggregateResult.Bucket::count).sum();
    return new LogAggregateResult.Buckets(terms.name(), List.copyOf(kept), others);
  }

  private static Object key(LogHit hit, String field) {
    Object value = value(hit, field);
    return value == null ? "" : value;
  }

  private static List<LogAggregateResult.Bucket> buckets(
      List<LogHit> hits, Function<LogHit, Object> key, List<LogAggregate> children) {
    var groups = new TreeMap<Object, List<LogHit>>(ValueOrder.of(false));
    for (LogHit hit : hits) {
      groups.computeIfAbsent(key.apply(hit), _ -> new ArrayList<>()).add(hit);
    }
    return groups.entrySet().stream()
        .map(
            group ->
                new LogAggregateResult.Bucket(
                    group.getKey(), group.getValue().size(), aggregate(children, group.getValue())))
        .toList();
  }

  @Override
  public AppendResult append(LogBatch batch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<LogHit> get(TenantId tenant, String index, String id) {
    return records.stream().filter(hit -> hit.id().equals(id)).findFirst();
  }

  @Override
  public List<StreamInfo> streams(TenantId tenant) {
    return indices(tenant).stream()
        .map(name -> new StreamInfo(name, StreamAttributes.NONE, 1, 0, 0))
        .toList();
  }

  @Override
  public List<String> indices(TenantId tenant) {
    return records.stream().map(LogHit::index).distinct().sorted().toList();
  }

  @Override
  public List<FieldInfo> fields(TenantId tenant, TimeRange range) {
    var types = new TreeMap<String, Set<FieldInfo.Type>>();
    for (LogHit hit : records) {
      Json source = Json.read(hit.source(), 0, hit.source().length);
      for (String name : ((Json.Members) source).fields().keySet()) {
        Object value = value(hit, name);
        var type =
            value instanceof Long
                ? FieldInfo.Type.LONG
                : value instanceof Double
                    ? FieldInfo.Type.DOUBLE
                    : name.equals("message") ? FieldInfo.Type.TEXT : FieldInfo.Type.KEYWORD;
        types.merge(
            name,
            Set.of(type),
            (a, b) ->
                java.util.stream.Stream.concat(a.stream(), b.stream())
                    .collect(Collectors.toUnmodifiableSet()));
      }
    }
    types.put("@timestamp", Set.of(FieldInfo.Type.DATE));
    return types.entrySet().stream().map(e -> new FieldInfo(e.getKey(), e.getValue())).toList();
  }

  @Override
  public List<TenantId> tenants() {
    return List.of(TenantId.DEFAULT);
  }

  @Override
  public void close() {}
}
