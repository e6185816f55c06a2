package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Aggregations over the wire, as Elasticsearch 8 answers them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AggregationServiceTest {
  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  /** Every two hours of a day and a half, the host by number, milliseconds rising by 10. */
  @BeforeAll
  void open(@TempDir Path directory) {
    door = new LogDoor(directory);
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < 18; i++) {
      Instant time = Instant.parse("2026-10-24T12:00:00Z").plusSeconds(7200L * i);
      String host = i % 6 == 5 ? "" : ",'host':'h" + i % 3 + "'";
      String level = i % 9 == 0 ? "error" : "info";
      records.add(
          Map.entry(
              time.toString(),
              "{'n':" + i + ",'ms':" + 10 * (i + 1) + ",'level':'" + level + "'" + host + "}"));
    }
    door.add("web", records);
  }

  @AfterAll
  void close() {
    door.close();
  }

  private String ask(String aggregations) {
    LogDoor.Reply reply =
        door.post("/web/_search", "application/json", "{'size':0,'aggs':{" + aggregations + "}}");
    String answer = LogDoor.steady(reply.body());
    assertEquals(200, reply.status(), answer);
    String before = "'aggregations':";
    return answer.substring(answer.indexOf(before) + before.length(), answer.length() - 1);
  }

  private void check(String aggregations, String expected) {
    assertEquals("{" + expected + "}", ask(aggregations));
  }

  private void refused(String aggregations, String reason) {
    LogDoor.Reply reply =
        door.post("/web/_search", "application/json", "{'size':0,'aggs':{" + aggregations + "}}");
    String answer = LogDoor.steady(reply.body());
    assertEquals(400, reply.status(), answer);
    assertTrue(answer.contains(reason), answer);
  }

  @Test
  void daysOfAZoneFollowItsCalendar() {
    check(
        "'d':{'date_histogram':{'field':'@timestamp','calendar_interval':'day',"
            + "'time_zone':'Europe/Berlin'}}",
        "'d':{'buckets':["
            + "{'key_as_string':'2026-10-24T00:00:00.000+02:00','key':1792792800000,'doc_count':5},"
            + "{'key_as_string':'2026-10-25T00:00:00.000+02:00','key':1792879200000,'doc_count':13}"
            + "]}");
    check(
        "'d':{'date_histogram':{'field':'@timestamp','calendar_interval':'month',"
            + "'format':'yyyy-MM','keyed':true,'extended_bounds':{'max':'2026-12-01'}}}",
        "'d':{'buckets':{'2026-10':{'key_as_string':'2026-10','key':1790812800000,'doc_count':18},"
            + "'2026-11':{'key_as_string':'2026-11','key':1793491200000,'doc_count':0},"
            + "'2026-12':{'key_as_string':'2026-12','key':1796083200000,'doc_count':0}}}");
  }

  @Test
  void numbersFallIntoIntervalsAndRanges() {
    check(
        "'h':{'histogram':{'field':'ms','interval':100,'min_doc_count':1}}",
        "'h':{'buckets':[{'key':0.0,'doc_count':9},{'key':100.0,'doc_count':9}]}");
    check(
        "'h':{'histogram':{'field':'n','interval':10,'extended_bounds':{'min':-10,'max':25}}}",
        "'h':{'buckets':[{'key':-10.0,'doc_count':0},{'key':0.0,'doc_count':10},"
            + "{'key':10.0,'doc_count':8},{'key':20.0,'doc_count':0}]}");
    check(
        "'r':{'range':{'field':'n','ranges':[{'from':4},{'to':4},{'key':'all','from':0,'to':99}]},"
            + "'aggs':{'m':{'max':{'field':'n'}}}}",
        "'r':{'buckets':[{'key':'*-4.0','to':4.0,'doc_count':4,'m':{'value':3.0}},"
            + "{'key':'all','from':0.0,'to':99.0,'doc_count':18,'m':{'value':17.0}},"
            + "{'key':'4.0-*','from':4.0,'doc_count':14,'m':{'value':17.0}}]}");
    check(
        "'r':{'date_range':{'field':'@timestamp','keyed':true,'format':'yyyy-MM-dd',"
            + "'ranges':[{'to':'2026-10-25'},{'key':'later','from':'2026-10-25'}]}}",
        "'r':{'buckets':{'*-2026-10-25':{'to':1.7928864E12,'to_as_string':'2026-10-25',"
            + "'doc_count':6},'later':{'from':1.7928864E12,'from_as_string':'2026-10-25',"
            + "'doc_count':12}}}");
  }

  @Test
  void termsAreOrderedCutAndFiltered() {
    check(
        "'t':{'terms':{'field':'host','order':{'s.max':'desc'},'size':2},"
            + "'aggs':{'s':{'stats':{'field':'n'}}}}",
        "'t':{'doc_count_error_upper_bound':0,'sum_other_doc_count':3,'buckets':["
            + "{'key':'h1','doc_count':6,'s':{'count':6,'min':1.0,'max':16.0,'avg':8.5,'sum':51.0}},"
            + "{'key':'h0','doc_count':6,'s':{'count':6,'min':0.0,'max':15.0,'avg':7.5,'sum':45.0}}"
            + "]}");
    check(
        "'t':{'terms':{'field':'host','missing':'none','exclude':'h[01]'}}",
        "'t':{'doc_count_error_upper_bound':0,'sum_other_doc_count':0,'buckets':["
            + "{'key':'h2','doc_count':3},{'key':'none','doc_count':3}]}");
    check(
        "'f':{'filter':{'term':{'level':'error'}},'aggs':{'t':{'terms':{'field':'host',"
            + "'min_doc_count':0,'order':{'_key':'asc'}}}}}",
        "'f':{'doc_count':2,'t':{'doc_count_error_upper_bound':0,'sum_other_doc_count':0,"
            + "'buckets':[{'key':'h0','doc_count':2},{'key':'h1','doc_count':0},"
            + "{'key':'h2','doc_count':0}]}}");
  }

  @Test
  void filtersMakeBuckets() {
    check(
        "'f':{'filters':{'other_bucket_key':'rest','filters':{'bad':{'term':{'level':'error'}},"
            + "'early':{'range':{'n':{'lt':3}}}}}},'m':{'missing':{'field':'host'}},"
            + "'x':{'nested':{'path':'user'},'aggs':{'n':{'value_count':{'field':'n'}}}}",
        "'f':{'buckets':{'bad':{'doc_count':2},'early':{'doc_count':3},'rest':{'doc_count':14}}},"
            + "'m':{'doc_count':3},'x':{'doc_count':18,'n':{'value':18}}");
    check(
        "'f':{'filters':{'filters':[{'match_all':{}},{'match_none':{}}]}}",
        "'f':{'buckets':[{'doc_count':18},{'doc_count':0}]}");
  }

  @Test
  void metricsAreGiven() {
    check(
        "'c':{'cardinality':{'field':'host'}},'p':{'percentiles':{'field':'n','percents':[0,50,100]}},"
            + "'q':{'percentiles':{'field':'n','percents':[25],'keyed':false}},"
            + "'r':{'percentile_ranks':{'field':'n','values':[8]}}",
        "'c':{'value':3},'p':{'values':{'0.0':0.0,'50.0':8.5,'100.0':17.0}},"
            + "'q':{'values':[{'key':25.0,'value':4.25}]},'r':{'values':{'8.0':50.0}}");
    check(
        "'e':{'filter':{'range':{'n':{'lt':3}}},'aggs':{'x':{'extended_stats':{'field':'n'}}}}",
        "'e':{'doc_count':3,'x':{'count':3,'min':0.0,'max':2.0,'avg':1.0,'sum':3.0,"
            + "'sum_of_squares':5.0,'variance':0.6666666666666666,"
            + "'variance_population':0.6666666666666666,'variance_sampling':1.0,"
            + "'std_deviation':0.816496580927726,'std_deviation_population':0.816496580927726,"
            + "'std_deviation_sampling':1.0,'std_deviation_bounds':{'upper':2.632993161855452,"
            + "'lower':-0.6329931618554521,'upper_population':2.632993161855452,"
            + "'lower_population':-0.6329931618554521,'upper_sampling':3.0,'lower_sampling':-1.0}}}");
  }

  @Test
  void firstRecordsOfBucketsAreGiven() {
    check(
        "'l':{'terms':{'field':'level','size':1},'aggs':{"
            + "'t':{'top_hits':{'size':1,'sort':[{'n':'desc'}],'_source':['n']}},"
            + "'m':{'top_metrics':{'metrics':[{'field':'ms'},{'field':'host'}],'sort':{'n':'asc'}}}}}",
        "'l':{'doc_count_error_upper_bound':0,'sum_other_doc_count':2,'buckets':[{'key':'info',"
            + "'doc_count':16,'t':{'hits':{'total':{'value':16,'relation':'eq'},'max_score':null,"
            + "'hits':[{'_index':'web','_score':null,'_source':{'n':17},'sort':[17]}]}},"
            + "'m':{'top':[{'sort':[1],'metrics':{'ms':20,'host':'h1'}}]}}]}");
  }

  @Test
  void compositeKeysArePaged() {
    List<String> found = new ArrayList<>();
    String after = "";
    while (true) {
      String answer =
          ask(
              "'c':{'composite':{'size':3,'sources':[{'l':{'terms':{'field':'level'}}},"
                  + "{'h':{'terms':{'field':'host','missing_bucket':true,'order':'desc'}}},"
                  + "{'d':{'date_histogram':{'field':'@timestamp','calendar_interval':'1d'}}}]"
                  + after
                  + "}}");
      int at = answer.indexOf("'after_key':");
      if (at < 0) {
        assertEquals("{'c':{'buckets':[]}}", answer);
        break;
      }
      String key = answer.substring(at + 12, answer.indexOf('}', at) + 1);
      after = ",'after':" + key;
      for (String bucket : answer.split("'key':", -1)) {
        if (bucket.startsWith("{'l'")) {
          found.add(
              bucket.substring(0, bucket.lastIndexOf("'doc_count'"))
                  + bucket.replaceAll(".*'doc_count':(\\d+).*", "$1"));
        }
      }
    }
    assertEquals(10, found.size(), found.toString());
    assertEquals(10, found.stream().distinct().count());
    assertTrue(
        found.getFirst().startsWith("{'l':'error','h':'h0','d':1792800000000}"), found.getFirst());
    assertTrue(
        found.getLast().startsWith("{'l':'info','h':null,'d':1792886400000}"), found.getLast());
  }

  @Test
  void pipelinesReadOtherBuckets() {
    check(
        "'d':{'date_histogram':{'field':'@timestamp','fixed_interval':'12h'},'aggs':{"
            + "'s':{'sum':{'field':'n'}},'x':{'derivative':{'buckets_path':'s','unit':'hour'}},"
            + "'c':{'cumulative_sum':{'buckets_path':'s'}},"
            + "'m':{'moving_fn':{'buckets_path':'s','window':2,'script':'MovingFunctions.sum(values)'}},'q':{'bucket_script':{'buckets_path':{'a':'s','b':'_count'},'script':'params.a"
            + " / params.b'}},"
            + "'l':{'serial_diff':{'buckets_path':'_count','lag':1}},'r':{'rate':{'unit':'hour'}}}},"
            + "'avg':{'avg_bucket':{'buckets_path':'d>s'}},'max':{'max_bucket':{'buckets_path':'d>s'}}",
        "'d':{'buckets':["
            + "{'key_as_string':'2026-10-24T12:00:00.000Z','key':1792843200000,'doc_count':6,"
            + "'s':{'value':15.0},'r':{'value':0.5},'c':{'value':15.0},'m':{'value':0.0},"
            + "'q':{'value':2.5}},"
            + "{'key_as_string':'2026-10-25T00:00:00.000Z','key':1792886400000,'doc_count':6,"
            + "'s':{'value':51.0},'r':{'value':0.5},'x':{'value':36.0,'normalized_value':3.0},"
            + "'c':{'value':66.0},'m':{'value':15.0},'q':{'value':8.5},'l':{'value':0.0}},"
            + "{'key_as_string':'2026-10-25T12:00:00.000Z','key':1792929600000,'doc_count':6,"
            + "'s':{'value':87.0},'r':{'value':0.5},'x':{'value':36.0,'normalized_value':3.0},"
            + "'c':{'value':153.0},'m':{'value':66.0},'q':{'value':14.5},'l':{'value':0.0}}]},"
            + "'avg':{'value':51.0},'max':{'value':87.0,'keys':['2026-10-25T12:00:00.000Z']}");
    check(
        "'t':{'terms':{'field':'host'},'aggs':{'s':{'sum':{'field':'n'}},"
            + "'k':{'bucket_selector':{'buckets_path':{'x':'s'},'script':'params.x > 40'}},"
            + "'o':{'bucket_sort':{'sort':[{'s':{'order':'desc'}}],'size':1}}}}",
        "'t':{'doc_count_error_upper_bound':0,'sum_other_doc_count':0,'buckets':["
            + "{'key':'h1','doc_count':6,'s':{'value':51.0}}]}");
  }

  @Test
  void bucketsWithoutAValueAreGaps() {
    String histogram =
        "'h':{'histogram':{'field':'n','interval':9,'extended_bounds':{'max':20}},"
            + "'aggs':{'m':{'max':{'field':'n'}},'d':{'derivative':{'buckets_path':'m'%s}}}}";
    String before =
        "'h':{'buckets':[{'key':0.0,'doc_count':9,'m':{'value':8.0}},"
            + "{'key':9.0,'doc_count':9,'m':{'value':17.0},'d':{'value':9.0}},"
            + "{'key':18.0,'doc_count':0,'m':{'value':null},'d':{'value':";
    check(String.format(Locale.ROOT, histogram, ""), before + "null}}]}");
    check(
        String.format(Locale.ROOT, histogram, ",'gap_policy':'insert_zeros'"),
        before + "-17.0}}]}");
    check(
        "'f':{'filters':{'filters':{'e':{'term':{'level':'error'}},'i':{'term':{'level':'info'}}}},"
            + "'aggs':{'s':{'sum':{'field':'n'}}}},'x':{'min_bucket':{'buckets_path':'f>s'}},"
            + "'z':{'stats_bucket':{'buckets_path':'f>_count'}}",
        "'f':{'buckets':{'e':{'doc_count':2,'s':{'value':9.0}},'i':{'doc_count':16,"
            + "'s':{'value':144.0}}}},'x':{'value':9.0,'keys':['e']},"
            + "'z':{'count':2,'min':2.0,'max':16.0,'avg':9.0,'sum':18.0}");
    refused(
        "'t':{'terms':{'field':'host'},'aggs':{'x':{'bucket_script':{'buckets_path':{'a':'y'},"
            + "'script':'a'}},'y':{'bucket_script':{'buckets_path':{'a':'x'},'script':'a'}}}}",
        "Cyclical dependency");
    refused(
        "'t':{'terms':{'field':'host'},'aggs':{'s':{'stats':{'field':'n'}},'x':{'bucket_script':{"
            + "'buckets_path':{'a':'s'},'script':'a'}}}}",
        "buckets_path must reference either a number value");
  }

  @Test
  void significantTermsStandOutFromTheBackground() {
    LogDoor.Reply reply =
        door.post(
            "/web/_search",
            "application/json",
            "{'size':0,'query':{'range':{'n':{'gte':9}}},'aggs':{'s':{'significant_terms':{"
                + "'field':'host','min_doc_count':1}}}}");
    String answer = LogDoor.steady(reply.body());
    assertTrue(
        answer.contains(
                "'s':{'doc_count':9,'bg_count':18,'buckets':[{'key':'h2','doc_count':1,'score'")
            || answer.contains("'s':{'doc_count':9,'bg_count':18,'buckets':[]}"),
        answer);
    reply =
        door.post(
            "/web/_search",
            "application/json",
            "{'size':0,'query':{'term':{'level':'error'}},'aggs':{'s':{'significant_terms':{"
                + "'field':'host','min_doc_count':1}}}}");
    answer = LogDoor.steady(reply.body());
    assertTrue(
        answer.contains(
            "'s':{'doc_count':2,'bg_count':18,'buckets':[{'key':'h0','doc_count':2,'score':2.0"),
        answer);
  }

  @Test
  void kindsAndMetaAreGivenBack() {
    String answer =
        LogDoor.steady(
            door.post(
                    "/web/_search?typed_keys",
                    "application/json",
                    "{'size':0,'aggs':{'p':{'percentiles':{'field':'n'},'meta':{'x':[1]}},"
                        + "'h':{'histogram':{'field':'n','interval':9}},"
                        + "'c':{'cardinality':{'field':'n'}},'b':{'sum_bucket':{'buckets_path':'h>_count'}}}}")
                .body());
    for (String part :
        List.of(
            "'tdigest_percentiles#p':{'meta':{'x':[1]},'values'",
            "'histogram#h'",
            "'cardinality#c'",
            "'simple_value#b':{'value':18.0}")) {
      assertTrue(answer.contains(part), answer);
    }
  }

  @Test
  void tooManyBucketsAreRefused() {
    refused(
        "'d':{'date_histogram':{'field':'@timestamp','fixed_interval':'1s'}}",
        "'type':'too_many_buckets_exception'");
    refused(
        "'d':{'date_histogram':{'field':'@timestamp','calendar_interval':'minute','time_zone':"
            + "'Europe/Berlin','extended_bounds':{'min':'2026-01-01'}}}",
        "'type':'too_many_buckets_exception'");
    refused(
        "'d':{'date_histogram':{'field':'@timestamp','calendar_interval':'day'},"
            + "'aggs':{'r':{'rate':{'unit':'month'}}}}",
        "month-based");
    refused("'t':{'top_hits':{'size':101}}", "[aggs.t.top_hits.size] expected");
  }
}
