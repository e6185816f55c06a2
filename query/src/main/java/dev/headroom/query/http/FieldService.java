package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.lang.Glob;
import dev.headroom.query.lang.LogQuery;
import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.ledger.Dimension;
import dev.headroom.storage.ledger.Ledger;
import dev.headroom.storage.ledger.LedgerQuery;
import dev.headroom.storage.ledger.StockAnswer;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * {@code /headroom/v1/logs/fields}: which fields the records have, of which types, in how many
 * records, with how many different values, and what they take on the disk.
 */
public final class FieldService {
  private static final int DEFAULT_FIELDS = 100;
  private static final int MAX_FIELDS = 500;
  private static final String RECORDS = "records";

  private final LogEngine engine;
  private final Ledger ledger;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;

  public FieldService(
      LogEngine engine,
      Ledger ledger,
      Function<ServiceRequestContext, Principal> callers,
      InstantSource clock) {
    this.engine = engine;
    this.ledger = ledger;
    this.callers = callers;
    this.clock = clock;
  }

  public void mount(ServerBuilder builder) {
    LogRoute.add(builder, "/headroom/v1/logs/fields", this::fields);
  }

  private HttpResponse fields(ServiceRequestContext context, AggregatedHttpRequest request) {
    long startedAt = System.nanoTime();
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    Parameters parameters =
        Parameters.of(
            context.queryParams(),
            request.content().array(),
            Set.of("q", "start", "end", "name", "limit"));
    TimeText times = TimeText.at(clock.instant());
    LogFilter filter = filter(parameters, times);
    TimeRange range = AskedRange.of(parameters, times, filter);
    String name = parameters.text("name").orElse("*");
    int limit = parameters.number("limit", 1, MAX_FIELDS, DEFAULT_FIELDS);
    List<FieldInfo> known =
        engine.store().fields(tenant, range).stream()
            .filter(field -> Glob.matches(name, field.name()))
            .toList();
    List<FieldInfo> shown = known.subList(0, Math.min(limit, known.size()));
    LogAnswer found = engine.search(tenant, LogSearch.aggregate(filter, range, counts(shown)));
    Map<String, Long> bytes = bytes(tenant);
    return JsonAnswer.ok(
        JsonAnswer.object(
            out -> {
              LogService.range(out, range);
              out.writeNumberField("total", found.totalHits());
              out.writeArrayFieldStart("fields");
              for (int i = 0; i < shown.size(); i++) {
                write(out, shown.get(i), found, i, bytes);
              }
              out.writeEndArray();
              out.writeBooleanField("truncated", shown.size() < known.size());
              LogService.end(out, found.partialReasons(), startedAt);
            }));
  }

  private static LogFilter filter(Parameters parameters, TimeText times) {
    LogQuery query =
        Parameters.named("q", () -> PipeParser.parse(parameters.text("q").orElse("*"), times));
    if (!query.stages().isEmpty()) {
      throw HeadroomException.invalid("q: fields take no stages; leave out what stands behind |");
    }
    return query.filter();
  }

  private static List<LogAggregate> counts(List<FieldInfo> fields) {
    List<LogAggregate> counts = new ArrayList<>();
    counts.add(
        new LogAggregate.Filters(
            RECORDS,
            fields.stream().map(field -> (LogFilter) new LogFilter.Exists(field.name())).toList(),
            List.of()));
    for (FieldInfo field : fields) {
      if (hasValues(field)) {
        counts.add(new LogAggregate.Distinct(field.name(), field.name()));
      }
    }
    return counts;
  }

  /** Ids and texts are found by what they hold, and not kept by record. */
  private static boolean hasValues(FieldInfo field) {
    return field.types().stream()
        .allMatch(
            type ->
                switch (type) {
                  case KEYWORD, LONG, DOUBLE, BOOLEAN -> true;
                  case ID, TEXT, DATE -> false;
                });
  }

  /** Of all times, as a segment's bytes belong to no hour alone. */
  private Map<String, Long> bytes(TenantId tenant) {
    Map<String, Long> bytes = new HashMap<>();
    for (StockAnswer.Row row : ledger.stock(LedgerQuery.of(tenant, Dimension.FIELD)).rows()) {
      bytes.merge(row.field(), row.bytes(), Long::sum);
    }
    return bytes;
  }

  private static void write(
      JsonGenerator out, FieldInfo field, LogAnswer found, int place, Map<String, Long> bytes)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("name", field.name());
    JsonAnswer.texts(
        out,
        "types",
        field.types().stream().map(type -> type.name().toLowerCase(Locale.ROOT)).sorted().toList());
    out.writeNumberField(RECORDS, records(found, place));
    Optional<LogAggregateResult.Distinct> values = distinct(found, field.name());
    if (values.isPresent()) {
      out.writeNumberField("values", values.get().sketch().count());
      out.writeBooleanField("valuesAreExact", values.get().sketch().isExact());
    }
    out.writeNumberField("bytes", bytes.getOrDefault(field.name(), 0L));
    out.writeEndObject();
  }

  /** A filter's bucket is told by its place; one without records is left out. */
  private static long records(LogAnswer found, int place) {
    if (!(found.aggregates().getFirst() instanceof LogAggregateResult.Buckets buckets)) {
      return 0;
    }
    return buckets.buckets().stream()
        .filter(bucket -> bucket.key() instanceof Long key && key == place)
        .mapToLong(LogAggregateResult.Bucket::count)
        .sum();
  }

  private static Optional<LogAggregateResult.Distinct> distinct(LogAnswer found, String field) {
    for (LogAggregateResult result : found.aggregates()) {
      if (result instanceof LogAggregateResult.Distinct distinct && distinct.name().equals(field)) {
        return Optional.of(distinct);
      }
    }
    return Optional.empty();
  }
}
