package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextServiceTest {
  private static final String CONTEXT = "/headroom/v1/logs/context";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  @BeforeEach
  void open() {
    door = new LogDoor(directory);
    for (int i = 0; i < 10; i++) {
      String time = "2026-11-24T11:0" + i + ":00Z";
      door.add("web", time, "{'message':'web " + i + "','host':'h" + i % 2 + "'}");
      door.add("shop", time, "{'message':'shop " + i + "','host':'h" + i % 2 + "'}");
    }
  }

  @AfterEach
  void close() {
    door.close();
  }

  private String idOf(String message) {
    String answer =
        door.get("/headroom/v1/logs/search?q=" + LogDoor.encoded("\"" + message + "\"")).body();
    Matcher id = Pattern.compile("\"_id\":\"([^\"]+)\"").matcher(answer);
    assertTrue(id.find(), answer);
    return id.group(1);
  }

  private static List<String> messages(String answer) {
    var messages = new ArrayList<String>();
    for (Matcher m = Pattern.compile("\"message\":\"([^\"]+)\"").matcher(answer); m.find(); ) {
      messages.add(m.group(1));
    }
    return messages;
  }

  @Test
  void neighboursOfTheStreamInOrderOfTime() {
    String id = idOf("web 4");
    String answer = door.get(CONTEXT + "?id=" + id + "&before=2&after=3").body();
    assertEquals(
        List.of("web 2", "web 3", "web 4", "web 5", "web 6", "web 7"), messages(answer), answer);
    assertEquals(
        messages(answer),
        messages(door.get(CONTEXT + "?index=web&id=" + id + "&before=2&after=3").body()));
    assertEquals(
        List.of("web 4"), messages(door.get(CONTEXT + "?id=" + id + "&before=0&after=0").body()));
  }

  @Test
  void neighboursThatShareOtherValues() {
    String answer =
        door.get(CONTEXT + "?id=" + idOf("web 4") + "&same=host,_stream&before=2&after=1").body();
    assertEquals(List.of("web 0", "web 2", "web 4", "web 6"), messages(answer));
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals("id: missing; it is a hit's _id", door.get(CONTEXT).body());
    assertEquals(404, door.get(CONTEXT + "?id=nothing").status());
    assertEquals(404, door.get(CONTEXT + "?index=web&id=nothing").status());
    assertEquals(
        "same: the record has no single value for \"pod\"",
        door.get(CONTEXT + "?id=" + idOf("web 1") + "&same=pod").body());
    assertEquals(403, door.get(CONTEXT + "?id=x", "roles", "none").status());
    assertEquals(404, door.get(CONTEXT + "?id=" + idOf("web 1"), "tenant", "other").status());
  }
}
