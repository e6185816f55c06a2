package dev.headroom.query.lang;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.logs.BucketOrder;
import dev.headroom.storage.logs.KeyFilter;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.TimeRounding;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SearchDslParserTest {
  private static final TimeText TIMES = TimeText.at(Instant.parse("2026-11-24T12:34:56Z"));

  private static SearchRequest parse(String body) {
    return parse(body, Map.of());
  }

  private static SearchRequest parse(String body, Map<String, String> parameters) {
    return new SearchDslParser(TIMES).parse(body.replace('\'', '"').getBytes(UTF_8), parameters);
  }

  private static void check(String query, String expected) {
    assertEquals(expected, Printed.of(parse("{'query':" + query + "}").filter()), query);
  }

  private static void fails(String body, String message) {
    var e = assertThrows(HeadroomException.class, () -> parse(body), body);
    assertEquals(ErrorCategory.INVALID, e.category());
    assertEquals(message, e.getMessage());
  }

  @Test
  void leavesReadAsFilters() {
    check("{'match_all':{}}", "all");
    check("{'match_none':{}}", "none");
    check("{'term':{'level':'error'}}", "level:'error'");
    check("{'term':{'level.keyword':{'value':'error','boost':2}}}", "level:'error'");
    check("{'term':{'status':500}}", "status:'500'");
    check("{'term':{'ok':true}}", "ok:'true'");
    check("{'terms':{'status':[500,'502'],'boost':1}}", "status:[500, 502]");
    check("{'exists':{'field':'user'}}", "exists(user)");
    check("{'ids':{'values':['a','b']}}", "ids[a, b]");
    check("{'term':{'_id':'a'}}", "ids[a]");
    check("{'prefix':{'f':'ab'}}", "f:prefix'ab'");
    check("{'prefix':{'f':{'value':'ab'}}}", "f:prefix'ab'");
    check("{'wildcard':{'f':{'value':'a*b?'}}}", "f:wild'a*b?'");
    check("{'wildcard':{'f':{'wildcard':'a*'}}}", "f:wild'a*'");
    check("{'regexp':{'f':'a.*'}}", "f:/a.*/");
    check("{'constant_score':{'filter':{'term':{'a':1}}}}", "a:'1'");
  }

  @Test
  void boolCombines() {
    String a = "{'term':{'a':1}}";
    String b = "{'term':{'b':2}}";
    check("{'bool':{}}", "all");
    check("{'bool':{'must':" + a + "}}", "a:'1'");
    check("{'bool':{'must':[" + a + "],'filter':[" + b + "]}}", "(and a:'1' b:'2')");
    check("{'bool':{'should':[" + a + "," + b + "]}}", "(or a:'1' b:'2')");
    check("{'bool':{'must':" + a + ",'should':" + b + "}}", "a:'1'");
    check(
        "{'bool':{'must':" + a + ",'should':" + b + ",'minimum_should_match':1}}",
        "(and a:'1' b:'2')");
    check(
        "{'bool':{'should':[" + a + "," + b + "," + a + "],'minimum_should_match':'67%'}}",
        "(or2 a:'1' b:'2' a:'1')");
    check(
        "{'bool':{'should':[" + a + "," + b + "," + a + "],'minimum_should_match':-1}}",
        "(or2 a:'1' b:'2' a:'1')");
    check("{'bool':{'should':[" + a + "],'minimum_should_match':2}}", "none");
    check("{'bool':{'must_not':[" + a + "," + b + "]}}", "(and (not a:'1') (not b:'2'))");
  }

  @Test
  void timeRangesCoverWhatTheirBoundsName() {
    check(
        "{'range':{'@timestamp':{'gte':1764000000000,'lte':1764000000999,'format':'epoch_millis'}}}",
        "@timestamp:[2025-11-24T16:00:00Z 2025-11-24T16:00:01Z}");
    check(
        "{'range':{'@timestamp':{'gt':'2026-11-23','lt':'2026-11-24'}}}",
        "@timestamp:[2026-11-24T00:00:00Z 2026-11-24T00:00:00Z}");
    check(
        "{'range':{'@timestamp':{'gte':'now-1d/d','lte':'now/d','time_zone':'+01:00'}}}",
        "@timestamp:[2026-11-22T23:00:00Z 2026-11-24T23:00:00Z}");
    check(
        "{'range':{'@timestamp':{'gte':'2026-01-31||+1M/M'}}}",
        "@timestamp:[2026-02-01T00:00:00Z null}");
    check("{'range':{'took':{'gt':5,'lte':7.5}}}", "took:{5 7.5]");
    check("{'range':{'took':{}}}", "exists(took)");
  }

  @Test
  void textQueriesTakeWordsApart() {
    check("{'match':{'message':'timeout'}}", "message:'timeout'");
    check(
        "{'match':{'message':'timed out'}}",
        "(or message:'timed out' message:'timed' message:'out')");
    check(
        "{'match':{'message':{'query':'timed out','operator':'and'}}}",
        "(or message:'timed out' (and message:'timed' message:'out'))");
    check("{'match_phrase':{'message':'timed out'}}", "message:'timed out'");
    check("{'match_phrase':{'message':{'query':'timed out','slop':2}}}", "message:\"timed out\"~2");
    check("{'multi_match':{'query':'x','fields':['a^3','b']}}", "(or a:'x' b:'x')");
    check("{'query_string':{'query':'a b -c'}}", "(and (or 'a' 'b') (not 'c'))");
    check("{'query_string':{'query':'a +b c'}}", "'b'");
    check("{'query_string':{'query':'a b','default_operator':'AND'}}", "(and 'a' 'b')");
    check(
        "{'query_string':{'query':'a f:b','fields':['x','y']}}",
        "(or (or x:'a' f:'b') (or y:'a' f:'b'))");
    check("{'match_phrase_prefix':{'f':{'query':'a b','slop':2}}}", "f:\"a b*\"~2");
    check("{'match_bool_prefix':{'f':'a b'}}", "(or f:prefix'a b' f:'a' f:prefix'b')");
    check(
        "{'match':{'f':{'query':'a b c','minimum_should_match':'67%'}}}",
        "(or f:'a b c' (or2 f:'a' f:'b' f:'c'))");
    check(
        "{'multi_match':{'query':'a b','fields':['f','g'],'type':'cross_fields','operator':'and'}}",
        "(or (or f:'a b' g:'a b') (and (or f:'a' g:'a') (or f:'b' g:'b')))");
    check("{'dis_max':{'queries':[{'term':{'a':1}},{'match_none':{}}]}}", "(or a:'1' none)");
    check("{'nested':{'path':'a','query':{'term':{'a.b':1}}}}", "a.b:'1'");
    check("{'query_string':{'query':'*','analyze_wildcard':true}}", "all");
    check(
        "{'simple_query_string':{'query':'a -b \\\"c d\\\"~2 e*'}}",
        "(or 'a' (not 'b') 'c d' prefix'e')");
    check("{'simple_query_string':{'query':'a + b | (c'}}", "(or (and 'a' 'b') 'c')");
  }

  @Test
  void bodyShapesTheAnswer() {
    SearchRequest plain = parse("");
    assertEquals(10, plain.size());
    assertTrue(plain.sort().isEmpty() && plain.totalUpTo() == 10_000);
    SearchRequest request =
        parse(
            "{'size':5,'track_total_hits':false,'_source':{'includes':['a.*'],'excludes':'a.b'},"
                + "'sort':[{'@timestamp':{'order':'desc','unmapped_type':'boolean'}},'_doc'],"
                + "'search_after':[1764000000123,'456789.42'],"
                + "'fields':[{'field':'@timestamp','format':'x'}],'docvalue_fields':['b']}");
    assertEquals(5, request.size());
    assertEquals(0, request.totalUpTo());
    assertEquals(Optional.of(LogSort.NEWEST), request.sort());
    assertEquals(Optional.of(new LogCursor(1764000000123456789L, 42)), request.after());
    assertEquals(List.of("@timestamp", "b"), request.fields());
    assertEquals(new SourceFilter(true, List.of("a.*"), List.of("a.b")), request.source());
    assertEquals(SourceFilter.NOTHING, parse("{'_source':false}").source());
  }

  @Test
  void cursorsWithoutTieBreakerPassAllEqualValues() {
    assertEquals(
        Optional.of(new LogCursor(1764000000123000000L, Long.MIN_VALUE)),
        parse("{'sort':{'@timestamp':'desc'},'search_after':[1764000000123]}").after());
    assertEquals(
        Optional.of(new LogCursor(1764000000123999999L, Long.MAX_VALUE)),
        parse("{'sort':{'@timestamp':'asc'},'search_after':[1764000000123]}").after());
    assertEquals(
        Optional.of(new LogCursor("x", 7L)),
        parse("{'sort':'f:desc','search_after':['x','0.7']}").after());
    assertEquals(
        Optional.of(new LogCursor("x", 7L, List.of(1764000000123000005L, 8L))),
        parse(
                "{'sort':[{'f':'asc'},{'@timestamp':'desc'},'n'],"
                    + "'search_after':['x',1764000000123,8,'5.7']}")
            .after());
  }

  @Test
  void urlParametersWinOverTheBody() {
    SearchRequest request =
        parse(
            "{'size':5,'query':{'match_none':{}}}",
            Map.of(
                "q", "a b", "size", "7", "sort", "@timestamp:asc,_doc", "_source_includes", "x,y"));
    assertEquals(7, request.size());
    assertEquals("(or 'a' 'b')", Printed.of(request.filter()));
    assertEquals(Optional.of(LogSort.OLDEST), request.sort());
    assertEquals(List.of("x", "y"), request.source().includes());
  }

  @Test
  void aggregationsNest() {
    SearchRequest request =
        parse(
            "{'size':0,'aggs':{'2':{'terms':{'field':'level.keyword','size':3,'order':{'_key':'asc'},'min_doc_count':0},"
                + "'aggs':{'3':{'date_histogram':{'field':'@timestamp','fixed_interval':'30s','min_doc_count':0,"
                + "'extended_bounds':{'min':1764000000000,'max':1764000060000},'format':'epoch_millis'},"
                + "'aggs':{'m':{'avg':{'field':'took'}}}}}}}}");
    assertEquals(
        List.of(
            new LogAggregate.Terms(
                "2",
                "level",
                3,
                List.of(new BucketOrder.ByKey(true)),
                0,
                Optional.empty(),
                KeyFilter.ALL,
                List.of(
                    new LogAggregate.DateHistogram(
                        "3", 30_000_000_000L, 0, List.of(new LogAggregate.Stats("m", "took")))))),
        SearchAggregation.toStore(request.aggregations()));
    assertEquals(
        List.of(
            new LogAggregate.DateHistogram(
                "w", 604_800_000_000_000L, 338_400_000_000_000L, List.of()),
            new LogAggregate.CalendarHistogram(
                "m",
                new TimeRounding.Calendar(TimeRounding.Unit.MONTH, ZoneId.of("Europe/Berlin"), 0),
                List.of())),
        SearchAggregation.toStore(
            parse(
                    "{'aggs':{'w':{'date_histogram':{'field':'@timestamp','calendar_interval':'week',"
                        + "'time_zone':'+02:00'}},'m':{'date_histogram':{'field':'@timestamp',"
                        + "'calendar_interval':'1M','time_zone':'Europe/Berlin'}}}}")
                .aggregations()));
  }

  @Test
  void termsAreOrderedByNumbersInside() {
    SearchRequest request =
        parse(
            "{'aggs':{'t':{'terms':{'field':'a','order':[{'s.max':'desc'},{'p[95.0]':'asc'},"
                + "{'f>c':'desc'},{'_count':'asc'}],'missing':'-','include':'x.*','exclude':['xy']},"
                + "'aggs':{'s':{'stats':{'field':'n'}},'p':{'percentiles':{'field':'n'}},"
                + "'f':{'filter':{'term':{'k':'v'}},'aggs':{'c':{'cardinality':{'field':'u'}}}}}}}}");
    var terms = (LogAggregate.Terms) SearchAggregation.toStore(request.aggregations()).getFirst();
    assertEquals(
        List.of(
            new BucketOrder.ByMetric(List.of("s"), BucketOrder.Metric.MAX, false),
            new BucketOrder.ByPercentile(List.of("p"), 95, true),
            new BucketOrder.ByMetric(List.of("f", "c"), BucketOrder.Metric.DISTINCT, false),
            new BucketOrder.ByCount(true)),
        terms.orders());
    assertEquals(Optional.of("-"), terms.missing());
    assertEquals(
        new KeyFilter(Optional.of("x.*"), Optional.empty(), Optional.empty(), Set.of("xy")),
        terms.keys());
  }

  @Test
  void aggregationsThatCannotBeAnsweredRightAreRefused() {
    aggregationFails(
        "'terms':{'field':'a','order':{'x':'asc'}}",
        "[aggs.x.terms.order] cannot order by [x]: there is no such aggregation inside");
    aggregationFails(
        "'terms':{'field':'@timestamp'}",
        "[aggs.x.terms] cannot be computed of [@timestamp]; use [date_histogram]");
    aggregationFails(
        "'terms':{'field':'a','script':'b'}", "[aggs.x.terms] does not support [script]");
    aggregationFails("'geo_bounds':{}", "unknown aggregation type [geo_bounds] in [aggs.x]");
    aggregationFails(
        "'derivative':{'buckets_path':'a'}",
        "[aggs.x] must have a histogram or date_histogram as parent");
    aggregationFails(
        "'avg_bucket':{'buckets_path':'a>b'}", "No aggregation found for path [a>b] in [aggs.x]");
    aggregationFails(
        "'terms':{'field':'a'},'aggs':{'y':{'bucket_script':{'buckets_path':{'n':'_count'},"
            + "'script':'n.foo()'}}}",
        "script \"n.foo()\" is not understood from character 5 on; it may have numbers, variables,"
            + " + - * / %, comparisons, && || !, ?: and functions of Math");
    aggregationFails(
        "'filter':{'match_all':{}},'aggs':{'y':{'composite':{'sources':[]}}}",
        "[aggs.x.aggs.y.composite]: composite cannot stand inside of another aggregation");
    aggregationFails(
        "'date_histogram':{'field':'when','fixed_interval':'1h'}",
        "[aggs.x.date_histogram] can be computed of [@timestamp] only, not of [when]");
    aggregationFails(
        "'avg':{'field':'a'},'aggs':{'y':{'avg':{'field':'b'}}}",
        "Aggregator [x] of type [avg] cannot accept sub-aggregations");
  }

  private static void aggregationFails(String aggregation, String message) {
    fails("{'aggs':{'x':{" + aggregation + "}}}", message);
  }

  @Test
  void topLevelTimesArePruned() {
    TimeFilter.Lifted lifted =
        TimeFilter.lift(
            parse(
                    "{'query':{'bool':{'filter':[{'range':{'@timestamp':{'gte':'2026-11-24','lt':'2026-11-25'}}},"
                        + "{'bool':{'must':[{'range':{'@timestamp':{'lt':'2026-11-24T06:00:00Z'}}},{'term':{'a':1}}]}},"
                        + "{'query_string':{'query':'*'}}]}}}")
                .filter());
    assertEquals(
        new TimeRange(
            TimeRange.nanos(Instant.parse("2026-11-24T00:00:00Z")),
            TimeRange.nanos(Instant.parse("2026-11-24T06:00:00Z"))),
        lifted.range());
    assertEquals("a:'1'", Printed.of(lifted.rest()));
  }

  @Test
  void errorsNameWhatIsWrong() {
    fails("{'query':{'fuzzy':{'a':'b'}}}", "unknown query [fuzzy]");
    fails(
        "{'query':{'match':{'a':{'query':'b','fuzziness':'AUTO'}}}}",
        "[query.match.a] does not support [fuzziness]");
    fails(
        "{'query':{'match':{'a':{'query':'b','analyzer':'x'}}}}",
        "[query.match.a] does not support [analyzer]");
    fails("{'query':{'term':{'a':1,'b':2}}}", "[query.term] takes exactly one field, found 2");
    fails("{'query':{'bool':{'maybe':[]}}}", "[bool] query does not support [maybe]");
    fails(
        "{'query':{'terms':{'a':'b'}}}",
        "[query.terms.a] expected an array of values, found \"b\"");
    fails("{'query':[]}", "[query] expected an object, found an array");
    fails("{'query':{'exists':{}}}", "[query.exists] requires [field]");
    fails("{'size':-1}", "[size] expected a whole number from 0 to 10000, found \"-1\"");
    fails(
        "{'size':9999,'from':2}",
        "result window is too large: [from] + [size] must be at most 10000, found 10001; go on with"
            + " [search_after]");
    fails("{'collapse':{}}", "unknown key [collapse] in the search body");
    fails("{'sort':['a','a']}", "[sort] names [a] twice");
    fails("{'profile':true}", "[profile] is not supported");
    fails("{'search_after':[1]}", "[search_after] needs a [sort] in the same request");
    fails(
        "{'query':{'query_string':{'query':'a AND'}}}",
        "column 6: expected a search term after AND, found the end of the query");
    fails(
        "{'size':1} x",
        "body is not JSON at line 1, column 13: Unrecognized token 'x': was expecting (JSON String,"
            + " Number, Array, Object or token 'null', 'true' or 'false')");
    assertThrows(HeadroomException.class, () -> parse("{'query':".repeat(100_000)));
  }

  @Test
  void anyBodyIsReadOrRefused() {
    long seed = Long.getLong("headroom.seed", 20261124);
    var random = new Random(seed);
    String whole =
        "{'size':5,'from':2,'query':{'bool':{'must':[{'term':{'a':1}},{'range':{'@timestamp':{'gte':'now-1h/d'}}}],'should':{'query_string':{'query':'a"
            + " OR b'}},'minimum_should_match':'50%'}},'sort':[{'@timestamp':'desc'}],"
            + "'search_after':[1,'2.3'],'aggs':{'h':{'date_histogram':{'field':'@timestamp','fixed_interval':'1m'}}}}";
    String aggregations =
        "{'size':0,'aggs':{'t':{'terms':{'field':'a','order':{'p[95.0]':'asc'},'missing':1,'include':'x.*'},'aggs':{"
            + "'p':{'percentiles':{'field':'n','percents':[95]}},'b':{'bucket_script':{'buckets_path':{'x':'_count'},'script':'params.x"
            + " / 2'}},'s':{'bucket_sort':{'sort':[{'_key':{'order':'desc'}}],'size':3}}}},"
            + "'d':{'date_histogram':{'field':'@timestamp','calendar_interval':'month','time_zone':'Europe/Berlin',"
            + "'offset':'+6h','format':'yyyy-MM','extended_bounds':{'min':'now-1d'}},'aggs':{'m':{'moving_fn':{"
            + "'buckets_path':'_count','window':2,'script':'MovingFunctions.max(values)'}},'r':{'rate':{'unit':'hour'}}}},"
            + "'c':{'composite':{'size':2,'sources':[{'x':{'terms':{'field':'a'}}},{'y':{'histogram':{'field':'n','interval':5}}}],"
            + "'after':{'x':'v','y':10}}},'g':{'range':{'field':'n','ranges':[{'from':1,'to':2}]}},'h':{'histogram':{"
            + "'field':'n','interval':2.5,'offset':1}},'q':{'top_hits':{'size':1,'sort':[{'n':'desc'}]}},'f':{'filters':{'filters':{'a':{'match':{'m':'x"
            + " y'}}}}},'v':{'avg_bucket':{'buckets_path':'d>_count'}}}}";
    for (int i = 0; i < 50_000; i++) {
      var text = new StringBuilder(i % 2 == 0 ? whole : aggregations);
      for (int n = random.nextInt(4); n >= 0; n--) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + random.nextInt(12));
        int other = random.nextInt(text.length());
        text.replace(
            from, to, text.substring(other, Math.min(text.length(), other + random.nextInt(12))));
        if (text.isEmpty()) {
          text.append('{');
        }
      }
      try {
        SearchRequest request = parse(text.toString());
        TimeFilter.lift(request.filter());
        SearchAggregation.toStore(request.aggregations());
      } catch (HeadroomException e) {
        assertEquals(ErrorCategory.INVALID, e.category());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }
}
