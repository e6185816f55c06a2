package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.engine.RecordFields;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code /headroom/v1/logs/context}: what stands around a record in its stream, by event time, or
 * among the records that share other values with it.
 */
public final class ContextService {
  private static final int DEFAULT_RECORDS = 10;
  private static final int MAX_RECORDS = 1000;
  private static final String STREAM = "_stream";

  private final LogEngine engine;
  private final Function<ServiceRequestContext, Principal> callers;

  public ContextService(LogEngine engine, Function<ServiceRequestContext, Principal> callers) {
    this.engine = engine;
    this.callers = callers;
  }

  public void mount(ServerBuilder builder) {
    LogRoute.add(builder, "/headroom/v1/logs/context", this::context);
  }

  private HttpResponse context(ServiceRequestContext context, AggregatedHttpRequest request) {
    long startedAt = System.nanoTime();
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    Parameters parameters =
        Parameters.of(
            context.queryParams(),
            request.content().array(),
            Set.of("id", "index", "before", "after", "same"));
    int before = parameters.number("before", 0, MAX_RECORDS, DEFAULT_RECORDS);
    int after = parameters.number("after", 0, MAX_RECORDS, DEFAULT_RECORDS);
    LogHit hit = record(tenant, parameters);
    List<String> same = parameters.list("same");
    LogFilter filter = sharing(hit, same.isEmpty() ? List.of(STREAM) : same);
    LogAnswer earlier = beside(tenant, filter, hit, LogSort.NEWEST, before);
    LogAnswer later = beside(tenant, filter, hit, LogSort.OLDEST, after);
    return JsonAnswer.ok(answer(hit, earlier, later, startedAt));
  }

  private LogHit record(TenantId tenant, Parameters parameters) {
    String id =
        parameters
            .text("id")
            .orElseThrow(() -> HeadroomException.invalid("id: missing; it is a hit's _id"));
    Optional<String> index = parameters.text("index");
    Optional<LogHit> found =
        index.isPresent()
            ? engine.store().get(tenant, index.get(), id)
            : engine
                .search(tenant, LogSearch.newest(new LogFilter.Ids(List.of(id)), TimeRange.ALL, 1))
                .hits()
                .stream()
                .findFirst();
    return found.orElseThrow(
        () ->
            new HeadroomException(
                ErrorCategory.NOT_FOUND, "no record has the id " + Printable.quote(id)));
  }

  /** Which records have the same values as this one. */
  private static LogFilter sharing(LogHit hit, List<String> names) {
    var fields = new RecordFields(hit);
    List<LogFilter> all = new ArrayList<>();
    for (String name : names) {
      if (!(fields.get(name).orElse(null) instanceof Json.Scalar value)) {
        throw HeadroomException.invalid(
            "same: the record has no single value for " + Printable.quote(name));
      }
      all.add(new LogFilter.Term(name, value.text()));
    }
    return LogFilter.and(all);
  }

  private LogAnswer beside(
      TenantId tenant, LogFilter filter, LogHit hit, LogSort order, int records) {
    return engine.search(
        tenant,
        new LogSearch(
            filter,
            TimeRange.ALL,
            Set.of(),
            List.of(),
            order,
            records,
            Optional.of(new LogCursor(hit.eventTimeNanos(), hit.position())),
            false,
            List.of()));
  }

  private static byte[] answer(LogHit hit, LogAnswer earlier, LogAnswer later, long startedAt) {
    return JsonAnswer.bytes(
        (out, answer) -> {
          out.writeStartObject();
          out.writeArrayFieldStart("before");
          answer.rawElements(earlier.hits().reversed().stream().map(SourceJson::flat).toList());
          out.writeEndArray();
          out.writeFieldName("record");
          out.writeRawValue(new String(SourceJson.flat(hit), UTF_8));
          out.writeArrayFieldStart("after");
          answer.rawElements(later.hits().stream().map(SourceJson::flat).toList());
          out.writeEndArray();
          List<String> reasons =
              Stream.concat(earlier.partialReasons().stream(), later.partialReasons().stream())
                  .distinct()
                  .toList();
          LogService.end(out, reasons, startedAt);
          out.writeEndObject();
        });
  }
}
