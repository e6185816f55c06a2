package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.linecorp.armeria.common.HttpResponse;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the HTTP door closes. */
class HttpDoorTest {
  @TempDir Path folder;

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch mayAnswer = new CountDownLatch(1);

  private HttpDoor open() {
    var everyone =
        new Authentication(false, _ -> Optional.empty(), UnaryOperator.<TenantId>identity());
    var door = new HttpDoor(RunningServer.config(folder), everyone, new HealthService());
    door.start();
    door.mount(
        builder ->
            builder.service(
                "/slow",
                (context, _) ->
                    HttpResponse.of(
                        CompletableFuture.supplyAsync(
                            this::answer, context.blockingTaskExecutor()))));
    return door;
  }

  private HttpResponse answer() {
    entered.countDown();
    try {
      mayAnswer.await();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    return HttpResponse.of("answered");
  }

  private static HttpRequest ask(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
  }

  private static boolean takesRequests(HttpClient client, int port) throws Exception {
    try {
      return client.send(ask(port, "/health/live"), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void aRequestInFlightIsAnsweredBeforeItIsClosed() throws Exception {
    HttpDoor door = open();
    int port = door.port();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = ask(port, "/slow");
      var answer = client.sendAsync(request, BodyHandlers.ofString());
      entered.await();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(door::close);
      Awaitility.await("it takes no more requests").until(() -> !takesRequests(client, port));
      assertFalse(answer.isDone(), answer::toString);
      mayAnswer.countDown();
      assertEquals("answered", answer.get().body());
      closed.get();
      assertThrows(ConnectException.class, () -> client.send(request, BodyHandlers.discarding()));
    }
  }
}
