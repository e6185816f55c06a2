package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.http.LogDoor.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/query-language.md} do what the page says. */
class DocumentedQueriesTest {
  private static final Path PAGE = Path.of("../docs/query-language.md");
  private static final Pattern QUERY = Pattern.compile("--data-urlencode 'q=([^']+)'");

  @TempDir Path directory;

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static void fill(LogDoor door) throws IOException {
    for (String line : page().lines().filter(l -> l.startsWith("{\"@timestamp\"")).toList()) {
      door.add("checkout", "2026-11-24T11:30:00Z", line.replace("$now", "2026-11-24T11:30:00Z"));
    }
  }

  private static Reply ask(LogDoor door, String query) {
    return door.get("/headroom/v1/logs/search?q=" + LogDoor.encoded(query));
  }

  @Test
  void everyExampleFindsSomething() throws IOException {
    try (var door = new LogDoor(directory)) {
      fill(door);
      var queries = new ArrayList<String>();
      Matcher matcher = QUERY.matcher(page());
      while (matcher.find()) {
        queries.add(matcher.group(1));
      }
      assertTrue(queries.size() >= 10, queries.toString());
      for (String query : queries) {
        Reply reply = ask(door, query);
        assertEquals(200, reply.status(), query + ": " + reply.body());
        assertFalse(reply.body().contains("\"hits\":[]"), query);
        assertFalse(reply.body().contains("\"rows\":[]"), query);
        assertTrue(reply.body().contains("\"partial\":false"), query);
      }
    }
  }

  @Test
  void answersAreThoseOnThePage() throws IOException {
    try (var door = new LogDoor(directory)) {
      fill(door);
      String query =
          page().lines().filter(line -> line.contains("eval class")).findFirst().orElseThrow();
      Matcher matcher = QUERY.matcher(query);
      assertTrue(matcher.find());
      String shown =
          page().lines().filter(l -> l.startsWith("{\"columns\"")).findFirst().orElseThrow();
      assertTrue(
          ask(door, matcher.group(1)).body().startsWith(shown.substring(0, shown.indexOf('…'))),
          shown);
      for (String expression : List.of("seconds = round", "where duration > 1000")) {
        String line = page().lines().filter(l -> l.contains(expression)).findFirst().orElseThrow();
        assertEquals(200, ask(door, "* | " + line).status(), line);
      }
    }
  }
}
