package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.http.SearchService.Answer;
import dev.headroom.query.http.SearchService.Call;
import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SearchAggregation;
import dev.headroom.query.lang.SearchDslParser;
import dev.headroom.query.lang.SearchRequest;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code _search}, {@code _count} and {@code _msearch}. */
final class ElasticSearches {
  private static final int MAX_SEARCHES = 100;

  /** Past so many bytes of answers, the other searches of one request are refused. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  /** The store's reason for an answer without all buckets, and how many there may be. */
  private static final String TOO_MANY_BUCKETS = "max_buckets";

  private static final int MAX_BUCKETS = 65_536;

  private final LogEngine engine;
  private final InstantSource clock;
  private final ElasticScrolls scrolls;

  ElasticSearches(LogEngine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
    this.scrolls = new ElasticScrolls(this, new OpenScrolls(clock));
  }

  Answer search(Call call) {
    String scroll = call.parameters().get("scroll");
    if (scroll != null) {
      return scrolls.start(call, scroll);
    }
    long startedAt = System.nanoTime();
    SearchRequest request = parse(call);
    LogAnswer found = find(call, request);
    return answer(call, request, found, ids(request), startedAt);
  }

  ElasticScrolls scrolls() {
    return scrolls;
  }

  private LogAnswer find(Call call, SearchRequest request) {
    Call among = call;
    if (request.pit().isPresent()) {
      if (!call.indices().patterns().isEmpty()) {
        throw new ElasticException(
            400,
            "action_request_validation_exception",
            "[indices] cannot be used with point in time",
            null);
      }
      among = call.of(ElasticScrolls.indices(request.pit().get()), call.body());
    }
    return find(among, request, request.from() + request.size(), request.totalUpTo() > 0);
  }

  private static Map<String, String> ids(SearchRequest request) {
    return request.pit().map(id -> Map.of("pit_id", id)).orElse(Map.of());
  }

  /**
   * @param ids members that stand before all others
   */
  Answer answer(
      Call call, SearchRequest request, LogAnswer found, Map<String, String> ids, long startedAt) {
    return Answer.json(
        JsonAnswer.bytes(
            (out, answer) -> {
              out.writeStartObject();
              for (var id : ids.entrySet()) {
                out.writeStringField(id.getKey(), id.getValue());
              }
              write(call, request, found, startedAt, out, answer);
              out.writeEndObject();
            }));
  }

  private void write(
      Call call,
      SearchRequest request,
      LogAnswer found,
      long startedAt,
      JsonGenerator out,
      JsonAnswer answer)
      throws IOException {
    if (found.isPartial() && !call.flag("allow_partial_search_results", true)) {
      throw new ElasticException(
          503,
          "search_phase_execution_exception",
          "not everything was searched: " + String.join("; ", found.partialReasons()),
          null);
    }
    Map<String, SignificantTerms> significant = significant(call, request, found);
    boolean asNumber = call.flag("rest_total_hits_as_int", false);
    boolean typedKeys = call.flag("typed_keys", false);
    new SearchAnswer(request, found, significant, asNumber, typedKeys)
        .write(out, answer, (System.nanoTime() - startedAt) / 1_000_000);
  }

  private Map<String, SignificantTerms> significant(
      Call call, SearchRequest request, LogAnswer found) {
    Map<String, SignificantTerms> all = new HashMap<>();
    int next = 0;
    for (SearchAggregation asked : request.aggregations()) {
      if (asked.kind() instanceof AggregationKind.SignificantTerms kind) {
        var terms = (Buckets) found.aggregates().get(next);
        LogAnswer background =
            search(
                call,
                LogSort.NEWEST,
                kind.background(),
                0,
                Optional.empty(),
                true,
                List.of(SignificantTerms.background(asked, terms)));
        all.put(asked.name(), SignificantTerms.of(asked, terms, found.totalHits(), background));
      }
      next += asked.toStore().isPresent() ? 1 : 0;
    }
    return all;
  }

  SearchRequest parse(Call call) {
    String type = call.parameters().get("search_type");
    if (type != null && !type.equals("query_then_fetch")) {
      throw new ElasticException(
          400, "illegal_argument_exception", "[search_type] is not supported", null);
    }
    try {
      return new SearchDslParser(TimeText.at(clock.instant()))
          .parse(call.body(), call.parameters());
    } catch (HeadroomException e) {
      throw ElasticException.unreadable(e);
    }
  }

  /** Whether the indices of a request are there, as far as it wants that known. */
  void check(Call call) {
    IndexNames indices = call.indices();
    boolean ignoreUnavailable = call.flag("ignore_unavailable", false);
    boolean allowNoIndices = call.flag("allow_no_indices", true);
    if (indices.namesConcrete() || !allowNoIndices) {
      indices.check(engine.store().indices(call.tenant()), ignoreUnavailable, allowNoIndices);
    }
  }

  LogAnswer find(Call call, SearchRequest request, int limit, boolean count) {
    check(call);
    checkFields(request.aggregations());
    request.sort().ifPresent(sort -> sort.keys().forEach(key -> checkField(key.field(), "sort")));
    LogAnswer found =
        search(
            call,
            request.order(),
            request.filter(),
            limit,
            request.after(),
            count,
            SearchAggregation.toStore(request.aggregations()));
    if (found.partialReasons().contains(TOO_MANY_BUCKETS)) {
      throw AnswerTree.tooMany("", MAX_BUCKETS + 1L);
    }
    return found;
  }

  private LogAnswer search(
      Call call,
      LogSort order,
      LogFilter filter,
      int limit,
      Optional<LogCursor> after,
      boolean count,
      List<LogAggregate> aggregates) {
    IndexNames indices = call.indices();
    return engine.search(
        call.tenant(),
        new LogSearch(
            indices.restrict(filter),
            TimeRange.ALL,
            Set.of(),
            indices.patterns(),
            order,
            limit,
            after,
            count,
            aggregates));
  }

  /** Tokenised fields have no values to count by, as Elasticsearch's texts. */
  private static void checkFields(List<SearchAggregation> aggregations) {
    for (SearchAggregation aggregation : aggregations) {
      aggregation.kind().fields().forEach(field -> checkField(field, aggregation.name()));
      checkFields(aggregation.children());
    }
  }

  private static void checkField(String field, String user) {
    if (field.equals("_id")) {
      throw new ElasticException(
          400,
          "illegal_argument_exception",
          "Fielddata access on the _id field is disallowed, in [" + user + "]",
          null);
    }
    if (LogSchema.isTokenised(field)) {
      throw new ElasticException(
          400,
          "illegal_argument_exception",
          "Fielddata is disabled on ["
              + field
              + "]: its texts are kept by their words only, so ["
              + user
              + "] cannot be computed of it",
          null);
    }
  }

  Answer count(Call call) {
    LogAnswer found = find(call, parse(call), 0, true);
    return Answer.json(
        JsonAnswer.object(
            out -> {
              out.writeNumberField("count", found.totalHits());
              SearchAnswer.shards(out, found.partialReasons());
            }));
  }

  /** Pairs of lines: which indices, then the search. One that fails does not fail the others. */
  Answer many(Call call) {
    long startedAt = System.nanoTime();
    List<byte[]> lines = lines(call.body());
    if (lines.isEmpty() || lines.size() % 2 != 0) {
      throw new ElasticException(
          400,
          "illegal_argument_exception",
          "a multi search is pairs of lines, a header and a body; found " + lines.size() + " lines",
          null);
    }
    if (lines.size() / 2 > MAX_SEARCHES) {
      throw new ElasticException(
          400,
          "illegal_argument_exception",
          "more than " + MAX_SEARCHES + " searches in one request",
          null);
    }
    var responses = new ArrayList<byte[]>();
    long bytes = 0;
    for (int i = 0; i < lines.size(); i += 2) {
      byte[] response = response(call, lines.get(i), lines.get(i + 1), bytes);
      bytes += response.length;
      responses.add(response);
    }
    return Answer.json(
        JsonAnswer.bytes(
            (out, answer) -> {
              out.writeStartObject();
              out.writeNumberField("took", (System.nanoTime() - startedAt) / 1_000_000);
              out.writeArrayFieldStart("responses");
              answer.rawElements(responses);
              out.writeEndArray();
              out.writeEndObject();
            }));
  }

  private byte[] response(Call call, byte[] header, byte[] body, long bytesBefore) {
    try {
      if (bytesBefore > MAX_ANSWER_BYTES) {
        throw new ElasticException(
            429, "circuit_breaking_exception", "the answers before were too large", null);
      }
      Call single = single(call, header, body);
      if (single.parameters().containsKey("scroll")) {
        throw new ElasticException(
            400, "illegal_argument_exception", "[scroll] is not supported in [msearch]", null);
      }
      long startedAt = System.nanoTime();
      SearchRequest request = parse(single);
      LogAnswer found = find(single, request);
      return JsonAnswer.bytes(
          (out, answer) -> {
            out.writeStartObject();
            for (var id : ids(request).entrySet()) {
              out.writeStringField(id.getKey(), id.getValue());
            }
            write(single, request, found, startedAt, out, answer);
            out.writeNumberField("status", 200);
            out.writeEndObject();
          });
    } catch (ElasticException e) {
      return JsonAnswer.object(e::write);
    } catch (HeadroomException e) {
      return JsonAnswer.object(ElasticException.of(e)::write);
    }
  }

  private static Call single(Call call, byte[] header, byte[] body) {
    Map<String, String> parameters = new LinkedHashMap<>(call.parameters());
    IndexNames indices = call.indices();
    if (Json.read(header, 0, header.length) instanceof Json.Members members) {
      for (var field : members.fields().entrySet()) {
        if (field.getKey().equals("index")) {
          indices = IndexNames.of(names(field.getValue()));
        } else if (field.getValue() instanceof Json.Scalar scalar) {
          parameters.put(field.getKey(), scalar.text());
        }
      }
    }
    return new Call(call.tenant(), indices, parameters, body);
  }

  private static String names(Json index) {
    return switch (index) {
      case Json.Scalar scalar -> scalar.text();
      case Json.Items items ->
          String.join(",", items.values().stream().map(ElasticSearches::names).toList());
      case Json.Members _ ->
          throw HeadroomException.invalid("[index] expected names, found an object");
    };
  }

  /** Lines that are not blank; an empty header line means no header. */
  private static List<byte[]> lines(byte[] body) {
    var lines = new ArrayList<byte[]>();
    int start = 0;
    for (int i = 0; i <= body.length; i++) {
      if (i == body.length || body[i] == '\n') {
        int end = i > start && body[i - 1] == '\r' ? i - 1 : i;
        if (end > start) {
          lines.add(java.util.Arrays.copyOfRange(body, start, end));
        } else if (lines.size() % 2 == 0 && i < body.length) {
          lines.add(new byte[] {'{', '}'});
        }
        start = i + 1;
      }
    }
    return lines;
  }
}
