package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeServiceTest {
  private static final String CHANGES = "/headroom/v1/logs/changes";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  /**
   * The hour to noon has as many errors of the new host as it has of others; the one before none.
   */
  @BeforeEach
  void open() {
    door = new LogDoor(directory);
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < 400; i++) {
      String level = i % 10 == 0 ? "error" : "info";
      records.add(
          Map.entry("2026-11-24T10:30:00Z", "{'level':'" + level + "','host':'h" + i % 4 + "'}"));
      level = i % 2 == 0 ? "error" : "info";
      String host = i % 2 == 0 ? "new" : "h" + i / 2 % 4;
      records.add(
          Map.entry("2026-11-24T11:30:00Z", "{'level':'" + level + "','host':'" + host + "'}"));
    }
    door.add("web", records);
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void valuesWhoseShareMovedMostComeFirst() {
    String answer = LogDoor.steady(door.get(CHANGES + "?fields=level,host").body());
    assertTrue(
        answer.contains(
            "'changes':[{'field':'host','value':'new','count':200,'share':0.5,"
                + "'countBefore':0,'shareBefore':0.0,'moved':0.5},"),
        answer);
    assertTrue(
        answer.contains(
            "{'field':'level','value':'error','count':200,'share':0.5,"
                + "'countBefore':40,'shareBefore':0.1,'moved':0.4}"),
        answer);
    assertEquals(answer, LogDoor.steady(door.get(CHANGES + "?fields=level,host&start=1h").body()));
    assertEquals(7, answer.split("'field'", -1).length - 1, "all that moved by more than chance");
  }

  @Test
  void sameSharesAreNoChange() {
    String same =
        door.get(
                CHANGES
                    + "?start=2026-11-24T10:00:00Z&end=2026-11-24T11:00:00Z"
                    + "&before_start=2026-11-24T10:00:00Z")
            .body();
    assertTrue(same.contains("\"changes\":[]"), same);
    String empty = door.get(CHANGES + "?start=2020-01-01&end=2020-01-02").body();
    assertTrue(empty.contains("\"changes\":[]"), empty);
  }

  @Test
  void valuesBeyondTheMostFrequentAreNotTakenForNew() {
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0;
        i < 4000;
        i++) { // every user once in the one hour, every second one in the other
      records.add(Map.entry("2026-11-24T08:30:00Z", "{'user':'u" + i + "'}"));
      records.add(Map.entry("2026-11-24T09:30:00Z", "{'user':'u" + i / 2 * 2 + "'}"));
    }
    door.add("users", records);
    String answer =
        door.get(
                CHANGES
                    + "?q=_stream:users&fields=user&start=2026-11-24T09:00:00Z"
                    + "&end=2026-11-24T10:00:00Z")
            .body();
    assertTrue(answer.contains("\"total\":4000"), answer);
    assertTrue(answer.contains("\"changes\":[]"), answer);
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(400, door.get(CHANGES + "?q=*%7Chead%203").status());
    assertEquals(
        "start: missing; a window needs a start before its end",
        door.get(CHANGES + "?start=now&end=now").body());
    assertEquals(
        "before_end: is not behind before_start",
        door.get(CHANGES + "?before_start=now-1h&before_end=now-2h").body());
    assertEquals(List.of(403), List.of(door.get(CHANGES, "roles", "none").status()));
  }
}
