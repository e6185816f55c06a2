package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.http.LogDoor.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchServiceTest {
  private static final String SHARDS =
      "'_shards':{'total':1,'successful':1,'skipped':0,'failed':0}";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  @BeforeEach
  void open() {
    door = new LogDoor(directory);
  }

  @AfterEach
  void close() {
    door.close();
  }

  private long fill() {
    door.add("api", "2026-11-23T08:00:00Z", "{'message':'start','level':'info','host':'db-1'}");
    return door.add(
        "web-2026.11.24",
        List.of(
            Map.entry(
                "2026-11-24T10:10:00.123456Z",
                "{'message':'GET /a','level':'info','ms':7,'user':{'id':'u1','name':'Ann'}}"),
            Map.entry(
                "2026-11-24T11:20:00Z",
                "{'message':'GET /b timed out','level':'error','ms':900,'user':{'id':'u2'}}"),
            Map.entry(
                "2026-11-24T11:50:00Z",
                "{'message':'GET /c','level':'info','ms':9,'ok':true,'tags':['x','y']}")));
  }

  private String post(String path, String body) {
    return LogDoor.steady(door.post(path, "application/json", body).body());
  }

  private String get(String path) {
    return LogDoor.steady(door.get(path).body());
  }

  @Test
  void hitsLookLikeElasticsearchs() {
    fill();
    assertEquals(
        "{'timed_out':false,"
            + SHARDS
            + ",'hits':{'total':{'value':1,'relation':'eq'},'max_score':1.0,'hits':["
            + "{'_index':'web-2026.11.24','_score':1.0,"
            + "'_source':{'message':'GET /b timed out','level':'error','ms':900,"
            + "'user':{'id':'u2'}}}]}}",
        post("/web-*/_search", "{'query':{'term':{'level':'error'}}}"));
    Reply reply = door.get("/_search?q=nothing");
    assertEquals("Elasticsearch", reply.header("x-elastic-product"));
    assertEquals("application/json", reply.header("content-type"));
    assertTrue(reply.body().endsWith("\"max_score\":null,\"hits\":[]}}"), reply.body());
  }

  @Test
  void vendorTypesAreEchoed() {
    String type = "application/vnd.elasticsearch+json; compatible-with=9";
    assertEquals(type, door.get("/_search", "accept", type).header("content-type"));
    Reply error =
        door.post("/_search", type, "{'query':{'fuzzy':{}}}", "accept", type + ", text/plain");
    assertEquals(type, error.header("content-type"));
    assertEquals("Elasticsearch", error.header("x-elastic-product"));
  }

  @Test
  void sourcesAreFiltered() {
    fill();
    String last = "'size':1,'sort':[{'@timestamp':'asc'}],'query':{'prefix':{'_index':'web'}}";
    assertSource("{}", "{" + last + ",'_source':['nothing']}");
    assertSource("{'user':{'id':'u1'}}", "{" + last + ",'_source':['user.id']}");
    assertSource("{'ms':7,'user':{'name':'Ann'}}", "{" + last + ",'_source':['ms','*.name']}");
    assertSource(
        "{'message':'GET /a','level':'info','ms':7}",
        "{" + last + ",'_source':{'excludes':['user']}}");
    assertTrue(!post("/_search", "{" + last + ",'_source':false}").contains("_source"));
    String byUrl = get("/_search?sort=@timestamp:desc&size=1&_source_includes=ms,ok");
    assertTrue(byUrl.contains("'_source':{'ms':9,'ok':true}"), byUrl);
  }

  private void assertSource(String expected, String body) {
    String answer = post("/_search", body);
    assertTrue(answer.contains("'_source':" + expected), answer);
  }

  @Test
  void sortedHitsCarryWhatSearchAfterTakes() {
    long first = fill();
    String hit = post("/web-*/_search", "{'size':1,'sort':[{'@timestamp':{'order':'asc'}}]}");
    assertTrue(
        hit.contains("'_score':null")
            && hit.endsWith(",'sort':[1795515000123,'456000." + first + "']}]}}"),
        hit);
    String nanos =
        post(
            "/web-*/_search",
            "{'size':1,'sort':[{'@timestamp':{'order':'asc',"
                + "'format':'strict_date_optional_time_nanos'}},'_doc']}");
    assertTrue(nanos.contains("'sort':['2026-11-24T10:10:00.123456000Z',"), nanos);
    String missing = post("/_search", "{'size':4,'sort':[{'level':'desc'}]}");
    assertTrue(missing.contains("'sort':['info',"), missing);
  }

  @Test
  void searchAfterVisitsEverythingOnce() {
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < 60; i++) {
      Instant time = Instant.parse("2026-11-24T11:30:00Z").plusNanos(i / 3);
      String host = i % 4 == 0 ? "" : ",'host':'h" + i % 5 + "'";
      records.add(Map.entry(time.toString(), "{'message':'m" + i + "'" + host + "}"));
    }
    door.add("web", records);
    assertEquals(60, walk("[{'@timestamp':'desc'}]").stream().distinct().count());
    assertEquals("m0", walk("[{'@timestamp':'asc'},{'_doc':'asc'}]").getFirst());
    assertEquals(60, walk("[{'host':'asc'}]").stream().distinct().count());
    assertEquals(60, walk("[{'host':'desc'}]").stream().distinct().count());
  }

  private static final Pattern LAST_SORT = Pattern.compile(".*'sort':(\\[[^]]*])}]}}$");
  private static final Pattern MESSAGE = Pattern.compile("'message':'(m\\d+)'");

  private List<String> walk(String sort) {
    var messages = new ArrayList<String>();
    String after = "";
    while (true) {
      String page = post("/web/_search", "{'size':7,'sort':" + sort + after + "}");
      Matcher message = MESSAGE.matcher(page);
      while (message.find()) {
        messages.add(message.group(1));
      }
      Matcher last = LAST_SORT.matcher(page);
      if (!last.matches()) {
        assertEquals(60, messages.size(), page);
        return messages;
      }
      after = ",'search_after':" + last.group(1);
    }
  }

  @Test
  void severalFieldsOrderHitsAndSearchAfterGoesOn() {
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < 60; i++) {
      Instant time = Instant.parse("2026-11-24T11:30:00Z").plusNanos(i / 6);
      String host = i % 4 == 0 ? "" : ",'host':'h" + i % 5 + "'";
      String size = i % 7 == 0 ? "" : ",'size':" + i % 3;
      records.add(Map.entry(time.toString(), "{'message':'m" + i + "'" + host + size + "}"));
    }
    door.add("web", records);
    for (String sort :
        List.of(
            "[{'size':'desc'},{'host':'asc'},'_doc']",
            "[{'host':'desc'},{'@timestamp':'asc'}]",
            "{'size':'asc','@timestamp':'desc','host':'desc'}")) {
      assertEquals(60, walk(sort).stream().distinct().count(), sort);
    }
    List<String> found = walk("[{'size':'desc'},{'@timestamp':'asc'}]");
    assertEquals("m5", found.getFirst(), "the later of two equals, as the first field descends");
    assertTrue(
        found.indexOf("m2") < found.indexOf("m59") && found.indexOf("m59") < found.indexOf("m1"));
    assertEquals("0", found.getLast().replaceAll("m(0|7|14|21|28|35|42|49|56)", "0"));
  }

  @Test
  void scrollsVisitEverythingAndAreClosed() {
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < 25; i++) {
      records.add(Map.entry("2026-11-24T11:30:0" + i % 10 + "Z", "{'message':'m" + i + "'}"));
    }
    door.add("web", records);
    String page =
        post(
            "/web/_search?scroll=1m",
            "{'size':10,'sort':['_doc'],'aggs':{'c':{'value_count':{'field':'_index'}}}}");
    assertTrue(page.contains("'aggregations':{'c':{'value':25}}"), page);
    String id = page.replaceAll("^\\{'_scroll_id':'([^']*)'.*", "$1");
    var messages = new ArrayList<String>();
    while (true) {
      assertTrue(page.contains("'total':{'value':25,'relation':'eq'}"), page);
      int before = messages.size();
      Matcher message = MESSAGE.matcher(page);
      while (message.find()) {
        messages.add(message.group(1));
      }
      if (messages.size() == before) {
        break;
      }
      page = post("/_search/scroll", "{'scroll':'1m','scroll_id':'" + id + "'}");
      assertTrue(!page.contains("aggregations"), page);
    }
    assertEquals(25, messages.stream().distinct().count());
    assertEquals(25, messages.size());
    assertEquals(404, door.get("/_search/scroll?scroll_id=" + id, "tenant", "other").status());
    assertEquals(
        404,
        door.delete("/_search/scroll", "{'scroll_id':'" + id + "'}", "tenant", "other").status());
    Reply closed = door.delete("/_search/scroll", "{'scroll_id':['" + id + "','x']}");
    assertEquals("{'succeeded':true,'num_freed':1}", LogDoor.steady(closed.body()));
    assertEquals(404, door.get("/_search/scroll?scroll_id=" + id).status());
    for (int i = 0; i < OpenScrolls.MAX_OPEN; i++) {
      assertEquals(200, door.get("/web/_search?scroll=1m&size=1").status());
    }
    assertEquals(429, door.get("/web/_search?scroll=1m&size=1").status());
    assertEquals(
        "{'succeeded':true,'num_freed':500}",
        LogDoor.steady(door.delete("/_search/scroll/_all", "").body()));
    assertEquals(200, door.get("/web/_search?scroll=1m&size=1").status());
  }

  @Test
  void pointsInTimeNameTheirIndices() {
    fill();
    String id =
        door.post("/web-*/_pit?keep_alive=1m", "application/json", "")
            .body()
            .replaceAll("^\\{\"id\":\"([^\"]*)\".*", "$1");
    String page = post("/_search", "{'size':2,'pit':{'id':'" + id + "','keep_alive':'1m'}}");
    assertTrue(page.startsWith("{'pit_id':'" + id + "',"), page);
    assertTrue(page.contains("'total':{'value':3,'relation':'eq'}"), page);
    Matcher last = LAST_SORT.matcher(page);
    assertTrue(last.matches(), page);
    String rest =
        post(
            "/_search",
            "{'size':2,'pit':{'id':'"
                + id
                + "'},'sort':[{'@timestamp':'desc'}],'search_after':"
                + last.group(1)
                + "}");
    assertTrue(rest.contains("'message':'GET /a'") && !rest.contains("GET /b"), rest);
    assertEquals(
        400, door.post("/api/_search", "application/json", "{'pit':{'id':'" + id + "'}}").status());
    assertEquals(400, door.post("/_search", "application/json", "{'pit':{'id':'x'}}").status());
    assertEquals(
        "{'succeeded':true,'num_freed':1}",
        LogDoor.steady(door.delete("/_pit", "{'id':'" + id + "'}").body()));
    assertEquals(404, door.post("/gone/_pit?keep_alive=1m", "application/json", "").status());
  }

  @Test
  void totalsAreShownAsAsked() {
    fill();
    assertTrue(
        post("/_search", "{'track_total_hits':3}")
            .contains("'total':{'value':3,'relation':'gte'}"));
    assertTrue(
        post("/_search", "{'track_total_hits':4}").contains("'total':{'value':4,'relation':'eq'}"));
    assertTrue(get("/_search?size=1&rest_total_hits_as_int=true").contains("'hits':{'total':4,"));
    assertTrue(!get("/_search?size=1&track_total_hits=false").contains("'total':{"));
    assertTrue(get("/_search?from=3&size=5").contains("'message':'start'"));
    assertEquals(1, get("/_search?from=3&size=5").split("'_score'", -1).length - 1);
    assertEquals("{'count':2," + SHARDS + "}", get("/_count?q=level:info+AND+ms:*"));
    assertEquals("{'count':1," + SHARDS + "}", post("/api/_count", "{'query':{'match_all':{}}}"));
  }

  @Test
  void fieldsAreListedBesideTheSource() {
    fill();
    String answer =
        post(
            "/web-*/_search",
            "{'size':1,'_source':false,'sort':[{'@timestamp':'desc'}],"
                + "'fields':[{'field':'@timestamp','format':'strict_date_optional_time_nanos'},"
                + "'ta*','user.id']}");
    assertTrue(
        answer.contains("'fields':{'@timestamp':['2026-11-24T11:50:00.000Z'],'tags':['x','y']}"),
        answer);
  }

  @Test
  void histogramsAreFilledToTheirBounds() {
    fill();
    String aggregations =
        "{'size':0,'query':{'range':{'@timestamp':{'gte':'2026-11-24'}}},'aggs':{'h':{"
            + "'date_histogram':{'field':'@timestamp','fixed_interval':'1h','min_doc_count':0,"
            + "'extended_bounds':{'min':'2026-11-24T09:00:00Z','max':'2026-11-24T11:59:00Z'}},"
            + "'aggs':{'a':{'avg':{'field':'ms'}},'n':{'value_count':{'field':'ms'}}}}}}";
    assertAggregations(
        "{'h':{'buckets':["
            + "{'key_as_string':'2026-11-24T09:00:00.000Z','key':1795510800000,'doc_count':0,"
            + "'a':{'value':null},'n':{'value':0}},"
            + "{'key_as_string':'2026-11-24T10:00:00.000Z','key':1795514400000,'doc_count':1,"
            + "'a':{'value':7.0},'n':{'value':1}},"
            + "{'key_as_string':'2026-11-24T11:00:00.000Z','key':1795518000000,'doc_count':2,"
            + "'a':{'value':454.5},'n':{'value':2}}]}}",
        "/_search",
        aggregations);
    String typed = post("/_search?typed_keys=true", aggregations);
    assertTrue(
        typed.contains("{'date_histogram#h':{'buckets':[") && typed.contains("'avg#a':"), typed);
    String only =
        post(
            "/_search",
            aggregations.replace("'min_doc_count':0", "'min_doc_count':2,'format':'epoch_millis'"));
    assertTrue(
        only.contains("{'h':{'buckets':[{'key_as_string':'1795518000000','key':1795518000000,"),
        only);
  }

  private void assertAggregations(String expected, String path, String body) {
    String answer = post(path, body);
    assertTrue(answer.endsWith("'aggregations':" + expected + "}"), answer);
  }

  @Test
  void termsAndStatisticsAreGiven() {
    fill();
    assertAggregations(
        "{'l':{'doc_count_error_upper_bound':0,'sum_other_doc_count':1,'buckets':["
            + "{'key':'info','doc_count':3,'s':{'count':2,'min':7.0,'max':9.0,'avg':8.0,"
            + "'sum':16.0}}]},"
            + "'none':{'doc_count_error_upper_bound':0,'sum_other_doc_count':0,'buckets':[]},"
            + "'o':{'doc_count_error_upper_bound':0,'sum_other_doc_count':0,'buckets':["
            + "{'key':1,'key_as_string':'true','doc_count':1}]},"
            + "'last':{'value':1.795521E12,'value_as_string':'2026-11-24T11:50:00.000Z'}}",
        "/_search",
        "{'size':0,'aggs':{'l':{'terms':{'field':'level.keyword','size':1},"
            + "'aggs':{'s':{'stats':{'field':'ms'}}}},"
            + "'none':{'terms':{'field':'nothing'}},'o':{'terms':{'field':'ok'}},"
            + "'last':{'max':{'field':'@timestamp'}}}}");
    String typed =
        post(
            "/_search?typed_keys",
            "{'size':0,'aggs':{'l':{'terms':{'field':'level'}},'m':{'terms':{'field':'ms'}}}}");
    assertTrue(typed.contains("'sterms#l':") && typed.contains("'lterms#m':"), typed);
  }

  @Test
  void errorsAreElasticsearchs() {
    fill();
    Reply missing = door.get("/web-2026.11.24,gone/_search");
    assertEquals(404, missing.status());
    assertEquals(
        "{'error':{'root_cause':[{'type':'index_not_found_exception','reason':'no such index"
            + " [gone]','resource.type':'index_or_alias','resource.id':'gone','index_uuid':'_na_',"
            + "'index':'gone'}],'type':'index_not_found_exception','reason':'no such index [gone]',"
            + "'resource.type':'index_or_alias','resource.id':'gone','index_uuid':'_na_',"
            + "'index':'gone'},'status':404}",
        LogDoor.steady(missing.body()));
    assertEquals(200, door.get("/gone/_search?ignore_unavailable=true").status());
    assertEquals(200, door.get("/gone-*/_search").status());
    assertEquals(404, door.get("/gone-*/_search?allow_no_indices=false").status());
    error(400, "parsing_exception", "unknown query [fuzzy]", "{'query':{'fuzzy':{'a':'b'}}}");
    error(
        400,
        "parsing_exception",
        "unknown aggregation type [geo_bounds] in [aggs.p]",
        "{'aggs':{'p':{'geo_bounds':{'field':'ms'}}}}");
    error(
        400,
        "illegal_argument_exception",
        "Fielddata is disabled on [message]: its texts are kept by their words only, so [m] cannot"
            + " be computed of it",
        "{'aggs':{'m':{'terms':{'field':'message'}}}}");
    error(400, "parsing_exception", "unknown key [colour] in the search body", "{'colour':1}");
    error(
        400,
        "too_many_buckets_exception",
        "Trying to create too many buckets. Must be less than or equal to: [65536] but was"
            + " [100201] in [h]",
        "{'size':0,'aggs':{'h':{'date_histogram':{'field':'@timestamp','fixed_interval':'1s'}}}}");
    assertEquals(400, door.get("/_search?scroll=2d").status());
    assertEquals(400, door.get("/_search?scroll=1m&from=3").status());
    assertEquals(404, door.get("/_search/scroll?scroll_id=x").status());
    assertEquals(403, door.get("/_search", "roles", "none").status());
  }

  private void error(int status, String type, String reason, String body) {
    Reply reply = door.post("/_search", "application/json", body);
    String answer = LogDoor.steady(reply.body());
    assertEquals(status, reply.status(), answer);
    assertTrue(
        answer.startsWith(
            "{'error':{'root_cause':[{'type':'" + type + "','reason':'" + reason + "'}],"),
        answer);
  }

  @Test
  void manySearchesAnswerOneByOne() {
    fill();
    String body =
        """
        {'index':['web-*','-api'],'ignore_unavailable':true}
        {'size':0,'query':{'match_all':{}}}
        {'index':'gone'}\r
        {}\r

        {'size':0,'query':{'fuzzy':{}}}
        """;
    Reply reply =
        door.post("/_msearch?max_concurrent_shard_requests=5", "application/x-ndjson", body);
    String answer = LogDoor.steady(reply.body());
    assertEquals(200, reply.status());
    assertTrue(answer.startsWith("{'responses':[{'timed_out':false,"), answer);
    assertTrue(
        answer.contains(
            "'hits':{'total':{'value':3,'relation':'eq'},'max_score':null,'hits':[]},'status':200},"
                + "{'error':{'root_cause':[{'type':'index_not_found_exception'"),
        answer);
    assertTrue(answer.contains("'unknown query [fuzzy]'},'status':400}]}"), answer);
    assertEquals(400, door.post("/_msearch", "application/x-ndjson", "{}\n").status());
  }

  @Test
  void excludedIndicesAreLeftOut() {
    fill();
    assertEquals("{'count':1," + SHARDS + "}", get("/*,-web-*/_count"));
    assertEquals("{'count':4," + SHARDS + "}", get("/_all/_count"));
  }

  @Test
  void indicesAndFieldsAreListed() {
    fill();
    assertEquals(
        "{'indices':[{'name':'web-2026.11.24','attributes':['open']}],'aliases':[],"
            + "'data_streams':[]}",
        get("/_resolve/index/web-*"));
    assertEquals(
        "[{'index':'api','docs.count':'1'},{'index':'web-2026.11.24','docs.count':'3'}]",
        get("/_cat/indices?format=json&h=index,docs.count"));
    assertEquals(
        """
        index          docs.count
        api            1
        web-2026.11.24 3
        """,
        get("/_cat/indices?v&h=index,docs.count"));
    assertTrue(get("/_cat/indices").startsWith("green open api"));
    String mapping = get("/api/_mapping");
    assertTrue(
        mapping.startsWith("{'api':{'mappings':{'properties':{'@timestamp':{'type':'date'},")
            && mapping.contains("'ms':{'type':'long'}")
            && mapping.contains("'user':{'properties':{'id':{'type':'keyword'},"),
        mapping);
    assertEquals(
        "{'indices':['api','web-2026.11.24'],'fields':{"
            + "'_index':{'_index':{'type':'_index','metadata_field':true,'searchable':true,"
            + "'aggregatable':true}},"
            + "'message':{'text':{'type':'text','metadata_field':false,'searchable':true,"
            + "'aggregatable':false}}}}",
        get("/_field_caps?fields=mess*,_index"));
    assertTrue(post("/api/_field_caps", "{'fields':['*']}").contains("'ms':{'long':{"));
    assertEquals(404, door.get("/gone/_mapping").status());
    assertEquals(400, door.get("/_field_caps").status());
  }

  @Test
  void partialAnswersFailTheShard() {
    door.close();
    var little =
        new QueryLimits(Duration.ofSeconds(5), 10_000, 100, 4096, 2048, 4, Duration.ofSeconds(5));
    door = new LogDoor(directory, little);
    for (int i = 0; i < 50; i++) {
      door.add("web", "2026-11-24T11:30:00Z", "{'message':'m" + i + "'}");
    }
    String answer = get("/_search?size=50");
    assertTrue(
        answer.startsWith(
            "{'timed_out':true,'_shards':{'total':1,'successful':0,'skipped':0,'failed':1,"
                + "'failures':[{'shard':0,'index':null,'reason':{'type':'partial_answer_exception',"
                + "'reason':'not everything was searched: memory'}}]},"
                + "'hits':{'total':{'value':50,'relation':'gte'},"),
        answer);
    assertEquals(503, door.get("/_search?size=50&allow_partial_search_results=false").status());
  }
}
