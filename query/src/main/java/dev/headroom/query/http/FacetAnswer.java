package dev.headroom.query.http;

import dev.headroom.query.engine.LogEngine;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.List;

/** The most frequent values of some fields. */
final class FacetAnswer {
  private static final int MAX_FIELDS = 20;
  private static final int DEFAULT_FIELDS = 8;
  private static final int MAX_VALUES = 1000;

  private final LogEngine engine;

  FacetAnswer(LogEngine engine) {
    this.engine = engine;
  }

  byte[] answer(TenantId tenant, LogFilter filter, Parameters parameters, TimeText times) {
    long startedAt = System.nanoTime();
    TimeRange range = AskedRange.of(parameters, times, filter);
    List<String> asked = parameters.list("fields");
    if (asked.size() > MAX_FIELDS) {
      throw HeadroomException.invalid("fields: at most " + MAX_FIELDS + ", found " + asked.size());
    }
    int limit = parameters.number("limit", 1, MAX_VALUES, 10);
    List<String> fields =
        asked.isEmpty()
            ? FacetFields.of(engine.store().fields(tenant, range), DEFAULT_FIELDS)
            : asked;
    LogAnswer found =
        engine.search(
            tenant,
            LogSearch.aggregate(
                filter,
                range,
                fields.stream()
                    .map(
                        field ->
                            (LogAggregate)
                                new LogAggregate.Terms(
                                    field,
                                    field,
                                    limit,
                                    LogAggregate.Order.COUNT_DESCENDING,
                                    List.of()))
                    .toList()));
    return JsonAnswer.object(
        out -> {
          LogService.range(out, range);
          out.writeArrayFieldStart("facets");
          for (LogAggregateResult result : found.aggregates()) {
            out.writeStartObject();
            out.writeStringField("field", result.name());
            out.writeArrayFieldStart("values");
            Buckets buckets = (Buckets) result;
            for (Bucket bucket : buckets.buckets()) {
              out.writeStartObject();
              out.writeFieldName("value");
              JsonAnswer.value(out, bucket.key());
              out.writeNumberField("count", bucket.count());
              out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberField("otherCount", buckets.otherCount());
            out.writeEndObject();
          }
          out.writeEndArray();
          out.writeNumberField("total", found.totalHits());
          out.writeBooleanField("totalIsExact", found.totalIsExact());
          LogService.end(out, found.partialReasons(), startedAt);
        });
  }
}
