package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailServiceTest {
  private static final String TAIL = "/headroom/v1/logs/tail";

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

  private void add(String text, String level) {
    door.add("web", "2026-11-24T11:00:00Z", "{'message':'" + text + "','level':'" + level + "'}");
  }

  /** Messages of the next events; other lines are passed over. */
  private static List<String> messages(Iterator<String> lines, int count) {
    var messages = new ArrayList<String>();
    while (messages.size() < count) {
      String line = lines.next();
      if (line.startsWith("data: {")) {
        messages.add(line.replaceAll(".*\"message\":\"([^\"]*)\".*", "$1"));
      }
    }
    return messages;
  }

  @Test
  void beginsWithTheNewestAndGoesOnWithWhatArrives() {
    add("one", "info");
    add("two", "error");
    add("three", "error");
    try (Stream<String> lines = door.lines(TAIL + "?q=level:error&backlog=2").body()) {
      Iterator<String> events = lines.iterator();
      assertEquals(List.of("two", "three"), messages(events, 2));
      add("four", "info");
      add("five", "error");
      door.add(
          "web",
          List.of(
              Map.entry("2020-01-01T00:00:00Z", "{'message':'late','level':'error'}"),
              Map.entry("2026-11-24T11:59:00Z", "{'message':'six','level':'error'}")));
      assertEquals(List.of("five", "late", "six"), messages(events, 3), "in order of arrival");
    }
  }

  @Test
  void goesOnBehindTheLastEvent() {
    add("one", "info");
    String id;
    try (Stream<String> lines = door.lines(TAIL).body()) {
      id = lines.filter(line -> line.startsWith("id: ")).findFirst().orElseThrow().substring(4);
    }
    for (int i = 0; i < 2500; i += 500) {
      var batch = new ArrayList<Map.Entry<String, String>>();
      for (int j = i; j < i + 500; j++) {
        batch.add(Map.entry("2026-11-24T11:30:00Z", "{'message':'m" + j + "'}"));
      }
      door.add("web", batch);
    }
    try (Stream<String> lines = door.lines(TAIL, "last-event-id", id).body()) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 2500; i++) {
        expected.add("m" + i);
      }
      assertEquals(expected, messages(lines.iterator(), 2500), "more than a page of them");
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals(400, door.get(TAIL + "?q=*%7Chead%203").status());
    assertEquals(400, door.get(TAIL + "?backlog=5000").status());
    assertEquals(400, door.get(TAIL, "last-event-id", "x").status());
    assertEquals(403, door.get(TAIL, "roles", "none").status());
  }

  @Test
  void endsWhenTheServerStops() {
    try (Stream<String> lines = door.lines(TAIL).body()) {
      door.closeTails();
      assertTrue(lines.toList().isEmpty());
    }
    assertEquals(503, door.get(TAIL).status());
  }
}
