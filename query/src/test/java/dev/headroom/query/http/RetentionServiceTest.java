package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.http.LogDoor.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionServiceTest {
  private static final String PLAN = "/headroom/v1/retention/plan";
  private static final String RUN = "/headroom/v1/retention/run";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  @BeforeEach
  void open() {
    door = new LogDoor(directory); // its clock says 24 November, noon; data is kept for 30 days
    door.add("web", "2026-10-20T00:00:00Z", "{'message':'too old'}");
    door.add("web", "2026-10-26T00:00:00Z", "{'message':'goes on the 26th'}");
    door.add("web", "2026-11-20T00:00:00Z", "{'message':'young'}");
    door.checkpoint();
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void aPlanTellsWhatGoesWhenAndTouchesNothing() {
    Reply reply = door.get(PLAN);
    assertEquals(200, reply.status(), reply.body());
    String body = reply.body();
    assertTrue(body.startsWith("{\"tenant\":\"default\",\"asOf\":\"2026-11-24T12:00:00Z\","), body);
    assertTrue(
        body.contains("\"unit\":\"bytes\",\"clockIsTrusted\":true,\"due\":{\"bytes\":"), body);
    assertTrue(body.contains("\"name\":\"default/d30/2026-10-20/0\""), body);
    assertTrue(body.contains("\"reason\":\"age\",\"dueAt\":\"2026-11-20T00:00:00Z\""), body);
    String upcoming = body.substring(body.indexOf("\"upcoming\""));
    assertTrue(upcoming.contains("\"dueAt\":\"2026-11-26T00:00:00Z\""), body);
    assertTrue(!body.contains("2026-11-20/0"), "not within seven days: " + body);
    assertTrue(body.contains("keeps the class it came with"), body);
    assertTrue(door.get(PLAN + "?days=60").body().contains("2026-11-20/0"));
    assertTrue(door.get(PLAN + "?days=60&limit=1").body().contains("\"truncated\":true"));
    assertEquals(body, door.get(PLAN).body());
  }

  @Test
  void onlyAnAdministratorSeesOthersAndDrops() {
    assertEquals(403, door.get(PLAN, "roles", "none").status());
    assertEquals(403, door.get(PLAN + "?tenant=*").status());
    assertTrue(door.get(PLAN, "tenant", "acme").body().contains("\"due\":{\"bytes\":0"));
    assertTrue(
        door.get(PLAN + "?tenant=*", "tenant", "acme", "roles", "admin")
            .body()
            .contains("default/d30/2026-10-20/0"));
    assertEquals(403, door.post(RUN, "text/plain", "").status());
    assertEquals(405, door.get(RUN, "roles", "admin").status());
  }

  @Test
  void aRunDropsWhatIsDue() {
    Reply reply = door.post(RUN, "text/plain", "", "roles", "admin");
    assertEquals(200, reply.status(), reply.body());
    assertTrue(reply.body().contains("\"count\":1"), reply.body());
    assertTrue(reply.body().contains("default/d30/2026-10-20/0"), reply.body());
    assertTrue(door.get(PLAN).body().contains("\"due\":{\"bytes\":0"));
    assertTrue(door.post(RUN, "text/plain", "", "roles", "admin").body().contains("\"count\":0"));
  }

  @Test
  void unknownParametersAreNamed() {
    assertEquals(400, door.get(PLAN + "?day=3").status());
    assertEquals(400, door.get(PLAN + "?days=-1").status());
  }
}
