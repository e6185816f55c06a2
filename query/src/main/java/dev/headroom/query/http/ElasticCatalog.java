package dev.headroom.query.http;

import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.http.SearchService.Answer;
import dev.headroom.query.http.SearchService.Call;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.logs.FieldInfo;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which indices and fields there are. */
final class ElasticCatalog {
  private static final int MAX_INDICES = 10_000;

  private final LogEngine engine;

  ElasticCatalog(LogEngine engine) {
    this.engine = engine;
  }

  private List<String> checked(Call call) {
    List<String> existing = engine.store().indices(call.tenant());
    call.indices()
        .check(
            existing, call.flag("ignore_unavailable", false), call.flag("allow_no_indices", true));
    return call.indices().among(existing);
  }

  private List<FieldInfo> fieldsOf(Call call) {
    return engine.store().fields(call.tenant(), TimeRange.ALL);
  }

  Answer mappings(Call call) {
    List<String> indices = checked(call);
    List<FieldInfo> fields = fieldsOf(call);
    return Answer.json(JsonAnswer.object(out -> FieldsJson.mappings(out, indices, fields)));
  }

  Answer fields(Call call) {
    List<String> indices = checked(call);
    List<FieldInfo> fields = fieldsOf(call);
    List<IndexNames> asked = askedFields(call);
    return Answer.json(
        JsonAnswer.object(
            out ->
                FieldsJson.capabilities(
                    out,
                    indices,
                    fields,
                    name -> asked.stream().anyMatch(p -> !p.among(List.of(name)).isEmpty()))));
  }

  /** Patterns of names, from the URL or the body. */
  private static List<IndexNames> askedFields(Call call) {
    String inUrl = call.parameters().get("fields");
    List<IndexNames> asked = new ArrayList<>();
    if (inUrl != null) {
      asked.add(IndexNames.of(inUrl));
    } else if (call.body().length > 0
        && Json.read(call.body(), 0, call.body().length) instanceof Json.Members members) {
      switch (members.fields().get("fields")) {
        case Json.Scalar scalar -> asked.add(IndexNames.of(scalar.text()));
        case Json.Items items ->
            items.values().stream()
                .filter(Json.Scalar.class::isInstance)
                .forEach(item -> asked.add(IndexNames.of(((Json.Scalar) item).text())));
        case null, default -> {}
      }
    }
    if (asked.isEmpty()) {
      throw new ElasticException(
          400, "action_request_validation_exception", "[fields] names no fields", null);
    }
    return asked;
  }

  Answer resolve(Call call) {
    List<String> indices = checked(call);
    return Answer.json(
        JsonAnswer.object(
            out -> {
              out.writeArrayFieldStart("indices");
              for (String index : indices) {
                out.writeStartObject();
                out.writeStringField("name", index);
                JsonAnswer.texts(out, "attributes", List.of("open"));
                out.writeEndObject();
              }
              out.writeEndArray();
              JsonAnswer.texts(out, "aliases", List.of());
              JsonAnswer.texts(out, "data_streams", List.of());
            }));
  }

  Answer indices(Call call) {
    List<String> indices = checked(call);
    Map<String, Long> records = new TreeMap<>();
    indices.forEach(index -> records.put(index, 0L));
    var byIndex =
        new LogAggregate.Terms(
            "i", "_index", MAX_INDICES, LogAggregate.Order.KEY_ASCENDING, List.of());
    var found =
        engine.search(
            call.tenant(), LogSearch.aggregate(LogFilter.ALL, TimeRange.ALL, List.of(byIndex)));
    for (Bucket bucket : ((Buckets) found.aggregates().getFirst()).buckets()) {
      records.computeIfPresent((String) bucket.key(), (_, _) -> bucket.count());
    }
    String columns = call.parameters().getOrDefault("h", "");
    CatIndices cat =
        CatIndices.of(records, columns.isEmpty() ? List.of() : List.of(columns.split(",", -1)));
    if (call.parameters().getOrDefault("format", "text").equals("json")) {
      return Answer.json(JsonAnswer.bytes((out, _) -> cat.json(out)));
    }
    return Answer.text(cat.text(call.flag("v", false)));
  }
}
