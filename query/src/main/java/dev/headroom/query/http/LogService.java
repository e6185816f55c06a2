package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.engine.LogRequest;
import dev.headroom.query.engine.QueryResult;
import dev.headroom.query.lang.LogQuery;
import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.tenant.Principal;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Headroom's own log search; its parameters and answers are in {@code docs/query-language.md}. */
public final class LogService {
  private static final int DEFAULT_LIMIT = 100;

  private static final Set<String> SEARCH_PARAMETERS =
      Set.of("q", "start", "end", "limit", "order", "cursor", "format", "count");

  private final LogEngine engine;
  private final Function<ServiceRequestContext, Principal> callers;
  private final InstantSource clock;
  private final HistogramAnswer histogram;
  private final FacetAnswer facets;

  public LogService(
      LogEngine engine, Function<ServiceRequestContext, Principal> callers, InstantSource clock) {
    this.engine = engine;
    this.callers = callers;
    this.clock = clock;
    this.histogram = new HistogramAnswer(engine);
    this.facets = new FacetAnswer(engine);
  }

  public void mount(ServerBuilder builder) {
    LogRoute.add(builder, "/headroom/v1/logs/search", this::search);
    LogRoute.add(builder, "/headroom/v1/logs/histogram", this::histogram);
    LogRoute.add(builder, "/headroom/v1/logs/facets", this::facets);
  }

  private TenantId reader(ServiceRequestContext context) {
    return callers.apply(context).require(Role.READ).tenant();
  }

  private static Parameters parameters(
      ServiceRequestContext context, AggregatedHttpRequest request, Set<String> known) {
    return Parameters.of(context.queryParams(), request.content().array(), known);
  }

  private static LogQuery query(Parameters parameters, TimeText times) {
    return Parameters.named("q", () -> PipeParser.parse(parameters.text("q").orElse("*"), times));
  }

  /** The filter of a query that may have no stages. */
  private static LogFilter filter(Parameters parameters, TimeText times, String what) {
    LogQuery query = query(parameters, times);
    if (!query.stages().isEmpty()) {
      throw HeadroomException.invalid(
          "q: " + what + " take no stages; leave out what stands behind |");
    }
    return query.filter();
  }

  private HttpResponse search(ServiceRequestContext context, AggregatedHttpRequest request) {
    long startedAt = System.nanoTime();
    TenantId tenant = reader(context);
    Parameters parameters = parameters(context, request, SEARCH_PARAMETERS);
    TimeText times = TimeText.at(clock.instant());
    LogQuery query = query(parameters, times);
    boolean lines = parameters.oneOf("format", "json", "json", "ndjson").equals("ndjson");
    boolean descending = parameters.oneOf("order", "desc", "desc", "asc").equals("desc");
    int max = lines ? LineStream.MAX_LINES : LogSearch.MAX_LIMIT;
    OptionalInt limit =
        parameters.text("limit").isEmpty()
            ? OptionalInt.empty()
            : OptionalInt.of(parameters.number("limit", 0, max, DEFAULT_LIMIT));
    int question =
        SearchCursor.question(
            parameters.text("q").orElse(""),
            parameters.text("start").orElse(""),
            parameters.text("end").orElse(""),
            Boolean.toString(descending));
    Optional<SearchCursor> cursor =
        parameters.read("cursor", text -> SearchCursor.decode(text, question));
    TimeRange range =
        cursor
            .map(SearchCursor::range)
            .orElseGet(() -> AskedRange.of(parameters, times, query.filter()));
    var asked =
        new LogRequest(
            query,
            range,
            descending ? LogSort.NEWEST : LogSort.OLDEST,
            limit,
            cursor.map(SearchCursor::place),
            !lines && parameters.oneOf("count", "true", "true", "false").equals("true"));
    if (lines) {
      return new LineStream(engine, tenant, asked, question).answer(context);
    }
    QueryResult result = engine.run(tenant, asked);
    return JsonAnswer.ok(searchAnswer(result, range, question, startedAt));
  }

  private static byte[] searchAnswer(
      QueryResult result, TimeRange range, int question, long startedAt) {
    return JsonAnswer.bytes(
        (out, answer) -> {
          out.writeStartObject();
          switch (result.rows()) {
            case QueryResult.Hits hits -> {
              out.writeArrayFieldStart("hits");
              answer.rawElements(LineStream.lines(hits));
              out.writeEndArray();
            }
            case QueryResult.Table table -> table(out, table);
          }
          out.writeNumberField("total", result.total());
          out.writeBooleanField("totalIsExact", result.totalIsExact());
          writeCursor(out, result.next().orElse(null), range, question);
          range(out, range);
          end(out, result.partialReasons(), startedAt);
          out.writeEndObject();
        });
  }

  private static void table(JsonGenerator out, QueryResult.Table table) throws IOException {
    JsonAnswer.texts(out, "columns", table.columns());
    out.writeArrayFieldStart("rows");
    for (List<@Nullable Object> row : table.rows()) {
      out.writeStartArray();
      for (Object cell : row) {
        JsonAnswer.value(out, cell);
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  static void writeCursor(
      JsonGenerator out, @Nullable LogCursor place, TimeRange range, int question)
      throws IOException {
    if (place != null) {
      out.writeStringField("cursor", new SearchCursor(range, place).encode(question));
    } else {
      out.writeNullField("cursor");
    }
  }

  /** An open bound is null. */
  static void range(JsonGenerator out, TimeRange range) throws IOException {
    bound(out, AskedRange.START, range.fromNanos(), Long.MIN_VALUE);
    bound(out, AskedRange.END, range.toNanos(), Long.MAX_VALUE);
  }

  private static void bound(JsonGenerator out, String name, long nanos, long open)
      throws IOException {
    if (nanos == open) {
      out.writeNullField(name);
    } else {
      out.writeStringField(name, TimeRange.format(nanos));
    }
  }

  /** What every answer ends with. */
  static void end(JsonGenerator out, List<String> partialReasons, long startedAt)
      throws IOException {
    out.writeBooleanField("partial", !partialReasons.isEmpty());
    JsonAnswer.texts(out, "reasons", partialReasons);
    out.writeNumberField("tookMillis", (System.nanoTime() - startedAt) / 1_000_000);
  }

  private HttpResponse histogram(ServiceRequestContext context, AggregatedHttpRequest request) {
    TenantId tenant = reader(context);
    Parameters parameters = parameters(context, request, Set.of("q", "start", "end", "interval"));
    TimeText times = TimeText.at(clock.instant());
    LogFilter filter = filter(parameters, times, "histograms");
    return JsonAnswer.ok(histogram.answer(tenant, filter, parameters, times));
  }

  private HttpResponse facets(ServiceRequestContext context, AggregatedHttpRequest request) {
    TenantId tenant = reader(context);
    Parameters parameters =
        parameters(context, request, Set.of("q", "start", "end", "fields", "limit"));
    TimeText times = TimeText.at(clock.instant());
    LogFilter filter = filter(parameters, times, "facets");
    return JsonAnswer.ok(facets.answer(tenant, filter, parameters, times));
  }
}
