package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries with stages through the door, over a real store. */
class LogStagesTest {
  private static final String SEARCH = "/headroom/v1/logs/search";

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

  private void fill() {
    door.add(
        "web-2026.11.24",
        List.of(
            Map.entry(
                "2026-11-24T11:10:00Z",
                "{'message':'GET /a','level':'info','ms':7,'http':{'status':200}}"),
            Map.entry(
                "2026-11-24T11:20:00.5Z",
                "{'message':'GET /b timed out','level':'error','ms':900,'http':{'status':504}}"),
            Map.entry(
                "2026-11-24T11:50:00Z",
                "{'message':'GET /a','level':'info','ms':9,'http':{'status':200}}"),
            Map.entry("2026-11-24T09:00:00Z", "{'message':'old','level':'info'}")));
  }

  private String ask(String path, String... namesAndValues) {
    var url = new StringBuilder(path);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      url.append(i == 0 ? '?' : '&').append(namesAndValues[i]).append('=');
      url.append(LogDoor.encoded(namesAndValues[i + 1]));
    }
    return LogDoor.steady(door.get(url.toString()).body());
  }

  @Test
  void stagesMakeTablesAndChosenFields() {
    fill();
    assertEquals(
        "{'columns':['level','count','max(ms)'],'rows':[['info',2,9.0],['error',1,900.0]],"
            + "'total':3,'totalIsExact':true,'cursor':null,"
            + "'start':'2026-11-24T11:00:00Z','end':null,'partial':false,'reasons':[]}",
        ask(SEARCH, "q", "* | stats count(), max(ms) by level"));
    assertTrue(
        ask(SEARCH, "q", "ms:>8 | sort ms | fields _time, http.status, nothing")
            .startsWith(
                "{'hits':[{'_time':'2026-11-24T11:50:00Z','http.status':200},"
                    + "{'_time':'2026-11-24T11:20:00.500Z','http.status':504}],'total':2,"));
  }

  @Test
  void stagesAddToRecordsAndLeaveOut() {
    fill();
    assertTrue(
        ask(SEARCH, "q", "ms:9 | eval s = ms / 1000, ms = 1 | fields - _index, http.status")
            .startsWith(
                "{'hits':[{'_time':'2026-11-24T11:50:00Z','_stream':'web','message':'GET /a',"
                    + "'level':'info','http':{},'s':0.009,'ms':1}],'total':1,"));
    assertTrue(
        ask(SEARCH, "q", "* | where matches(message, \"timed\") | extract \"%{WORD:verb} \"")
            .contains("'http':{'status':504},'verb':'GET'}],'total':3,"));
    assertEquals(
        "{'_time':'2026-11-24T11:10:00Z','verb':'GET'}\n",
        ask(
            SEARCH,
            "format",
            "ndjson",
            "q",
            "* | extract \"%{WORD:verb}\" | tail 1 | fields _time, verb"));
  }

  @Test
  void tablesHoldTimesListsAndObjects() {
    fill();
    door.add("web", "2026-11-24T11:40:00Z", "{'message':'x','tags':['a','b'],'o':{'p':1}}");
    assertTrue(
        ask(SEARCH, "q", "* | timechart span=30m count() by level")
            .startsWith(
                "{'columns':['_time','info','error'],'rows':["
                    + "['2026-11-24T11:00:00Z',1,1],['2026-11-24T11:30:00Z',1,0]],'total':4,"));
    assertTrue(
        ask(SEARCH, "q", "* | stats values(tags), count() by o.p")
            .startsWith("{'columns':['o.p','values(tags)','count'],'rows':[[1,['a','b'],1]],"));
    assertTrue(
        ask(SEARCH, "q", "* | stats count() by tags | eval x = tags")
            .startsWith("{'columns':['tags','count','x'],'rows':[['a',1,'a'],['b',1,'b']],"));
    assertTrue(
        ask(SEARCH, "q", "* | eval y = 1 | stats count() by tags")
            .startsWith("{'columns':['tags','count'],'rows':[['a',1],['b',1]],"));
    assertTrue(ask(SEARCH, "q", "* | where tags = \"b\" | fields o").contains("[{'o':{'p':1}}]"));
    assertTrue(
        ask(SEARCH, "q", "* | stats count() by message | sort message")
            .startsWith(
                "{'columns':['message','count'],'rows':[['GET /a',2],['GET /b timed"
                    + " out',1],['x',1]],"));
    assertTrue(
        ask(SEARCH, "q", "* | sort message | head 1 | fields message")
            .contains("[{'message':'GET /a'}]"));
    assertTrue(
        ask(SEARCH, "q", "* | pattern | fields pattern, count")
            .contains("'rows':[['GET /a',2],['GET /b timed out',1],['x',1]]"));
  }
}
