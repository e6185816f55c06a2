package dev.headroom.query.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.lang.LogQuery;
import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * {@code /headroom/v1/logs/changes}: which values' shares of the records moved most from one time
 * window to another.
 */
public final class ChangeService {
  private static final int MAX_FIELDS = 32;
  private static final int MAX_VALUES = 1000;
  private static final int MAX_ROWS = 1000;
  private static final int DEFAULT_ROWS = 20;

  private final LogEngine engine;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;

  public ChangeService(
      LogEngine engine, Function<ServiceRequestContext, Principal> callers, InstantSource clock) {
    this.engine = engine;
    this.callers = callers;
    this.clock = clock;
  }

  public void mount(ServerBuilder builder) {
    LogRoute.add(builder, "/headroom/v1/logs/changes", this::changes);
  }

  private HttpResponse changes(ServiceRequestContext context, AggregatedHttpRequest request) {
    long startedAt = System.nanoTime();
    TenantId tenant = callers.apply(context).require(Role.READ).tenant();
    Parameters parameters =
        Parameters.of(
            context.queryParams(),
            request.content().array(),
            Set.of("q", "start", "end", "before_start", "before_end", "fields", "limit"));
    TimeText times = TimeText.at(clock.instant());
    LogFilter filter = filter(parameters, times);
    TimeRange window = window(parameters, times, filter);
    TimeRange before = before(parameters, times, window);
    int limit = parameters.number("limit", 1, MAX_ROWS, DEFAULT_ROWS);
    List<String> asked = parameters.list("fields");
    if (asked.size() > MAX_FIELDS) {
      throw HeadroomException.invalid("fields: at most " + MAX_FIELDS + ", found " + asked.size());
    }
    List<String> fields =
        asked.isEmpty() ? FacetFields.of(engine.store().fields(tenant, window), MAX_FIELDS) : asked;
    LogAnswer now = values(tenant, filter, window, fields);
    LogAnswer then = values(tenant, filter, before, fields);
    List<ShareChange> all = ShareChange.between(then, now);
    return JsonAnswer.ok(
        JsonAnswer.object(
            out -> {
              LogService.range(out, window);
              out.writeNumberField("total", now.totalHits());
              out.writeObjectFieldStart("before");
              LogService.range(out, before);
              out.writeNumberField("total", then.totalHits());
              out.writeEndObject();
              out.writeArrayFieldStart("changes");
              for (ShareChange change : all.subList(0, Math.min(limit, all.size()))) {
                change.write(out);
              }
              out.writeEndArray();
              LogService.end(
                  out,
                  Stream.concat(now.partialReasons().stream(), then.partialReasons().stream())
                      .distinct()
                      .toList(),
                  startedAt);
            }));
  }

  private static LogFilter filter(Parameters parameters, TimeText times) {
    LogQuery query =
        Parameters.named("q", () -> PipeParser.parse(parameters.text("q").orElse("*"), times));
    if (!query.stages().isEmpty()) {
      throw HeadroomException.invalid("q: changes take no stages; leave out what stands behind |");
    }
    return query.filter();
  }

  /** Both windows are compared by shares of what is in them, so neither may be open. */
  private static TimeRange window(Parameters parameters, TimeText times, LogFilter filter) {
    TimeRange asked = AskedRange.of(parameters, times, filter);
    long now = TimeRange.nanos(times.now());
    TimeRange closed =
        new TimeRange(asked.fromNanos(), asked.toNanos() == Long.MAX_VALUE ? now : asked.toNanos());
    if (closed.fromNanos() == Long.MIN_VALUE || closed.fromNanos() >= closed.toNanos()) {
      throw HeadroomException.invalid("start: missing; a window needs a start before its end");
    }
    return closed;
  }

  /** The same length right before the window, unless it is told. */
  private static TimeRange before(Parameters parameters, TimeText times, TimeRange window) {
    Optional<Long> start = parameters.read("before_start", times::start);
    Optional<Long> end = parameters.read("before_end", times::start);
    long length = window.toNanos() - window.fromNanos();
    long to = end.orElseGet(() -> start.map(from -> from + length).orElse(window.fromNanos()));
    long from = start.orElse(to - length);
    if (from >= to) {
      throw HeadroomException.invalid("before_end: is not behind before_start");
    }
    return new TimeRange(from, to);
  }

  private LogAnswer values(
      TenantId tenant, LogFilter filter, TimeRange range, List<String> fields) {
    List<LogAggregate> terms =
        fields.stream()
            .map(
                field ->
                    (LogAggregate)
                        new LogAggregate.Terms(
                            field,
                            field,
                            MAX_VALUES,
                            LogAggregate.Order.COUNT_DESCENDING,
                            List.of()))
            .toList();
    return engine.search(tenant, LogSearch.aggregate(filter, range, terms));
  }
}
