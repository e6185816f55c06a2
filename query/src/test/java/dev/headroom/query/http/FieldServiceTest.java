package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldServiceTest {
  private static final String FIELDS = "/headroom/v1/logs/fields";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  @BeforeEach
  void open() {
    door = new LogDoor(directory);
    door.add("web", "2026-11-24T11:10:00Z", "{'message':'a b','status':200,'user':{'id':'u1'}}");
    door.add("web", "2026-11-24T11:20:00Z", "{'message':'c','status':504,'user':{'id':'u2'}}");
    door.add("web", "2026-11-24T11:30:00Z", "{'message':'d','status':'none','user':{'id':'u2'}}");
    door.add("web", "2026-11-24T11:40:00Z", "{'message':'e','status':200}");
  }

  @AfterEach
  void close() {
    door.close();
  }

  private String ask(String parameters) {
    return LogDoor.steady(door.get(FIELDS + parameters).body());
  }

  @Test
  void tellsTypesRecordsAndDifferentValues() {
    String answer = ask("").replaceAll("'bytes':\\d+", "'bytes':N");
    assertTrue(
        answer.contains(
            "{'name':'status','types':['keyword','long'],'records':4,'values':3,"
                + "'valuesAreExact':true,'bytes':N}"),
        answer);
    assertTrue(
        answer.contains(
            "{'name':'user.id','types':['keyword'],'records':3,'values':2,"
                + "'valuesAreExact':true,'bytes':N}"),
        answer);
    assertTrue(
        answer.contains("{'name':'message','types':['text'],'records':4,'bytes':N}"), answer);
  }

  @Test
  void tellsBytesOfWhatIsInSegments() {
    door.checkpoint();
    String answer = ask("?name=user.*");
    assertTrue(answer.matches(".*'name':'user.id'.*'bytes':[1-9]\\d*}.*"), answer);
  }

  @Test
  void countsOnlyWhatMatches() {
    String answer = ask("?name=*.id&q=status:504&limit=1").replaceAll("'bytes':\\d+", "'bytes':N");
    assertTrue(
        answer.contains(
            "'total':1,'fields':[{'name':'user.id','types':['keyword'],'records':1,'values':1,"
                + "'valuesAreExact':true,'bytes':N}],'truncated':false"),
        answer);
    assertTrue(ask("?limit=1").contains("'truncated':true"));
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(400, door.get(FIELDS + "?limit=0").status());
    assertEquals(400, door.get(FIELDS + "?q=*%7Chead%203").status());
    assertEquals(403, door.get(FIELDS, "roles", "none").status());
  }
}
