package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four senders write to a server that is killed again and again, at any moment: while it takes
 * records, and while it starts. Each sends a batch again until it is acknowledged, never one that
 * was. In the end each record is there, once.
 *
 * <p>More kills: {@code mvn -pl server -am verify -Dtest=KillTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dheadroom.groups=slow -Dheadroom.excludedGroups=fuzz
 * -Dheadroom.kills=30}.
 */
final class KillTest {
  private static final Duration MAX_START = Duration.ofSeconds(60);
  private static final int MAX_RUN_MILLIS = 1500;
  private static final int MAX_START_MILLIS = 2500;

  /** One start in so many is killed before it is ready. */
  private static final int KILLED_STARTS = 4;

  @TempDir Path directory;

  private final AtomicReference<URI> address = new AtomicReference<>(URI.create("http://0.0.0.0/"));
  private final AtomicBoolean enough = new AtomicBoolean();
  private final List<Duration> starts = new ArrayList<>();
  private int processes;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void acknowledgedRecordsSurviveKills() throws Exception {
    run(Integer.getInteger("headroom.kills", 3));
  }

  @Test
  @Tag("slow")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void acknowledgedRecordsSurviveManyKills() throws Exception {
    run(Integer.getInteger("headroom.kills", 30));
  }

  private void run(int kills) throws Exception {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    System.err.println("kills=" + kills + " -Dheadroom.seed=" + seed);
    var random = new Random(seed);
    long startMillis = System.currentTimeMillis() - Duration.ofMinutes(30).toMillis();
    try (HttpClient http =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("sender-", 0).factory())) {
      List<KillSender> senders =
          List.of(
              new KillSender.Bulk(http, address::get, "kill-bulk-0", startMillis),
              new KillSender.Bulk(http, address::get, "kill-bulk-1", startMillis),
              new KillSender.Ndjson(http, address::get, "kill-ndjson", startMillis),
              new KillSender.Samples(http, address::get, "kill-samples", startMillis));
      ServerProcess last = null;
      try {
        last = ready();
        List<Future<?>> ends = new ArrayList<>();
        senders.forEach(sender -> ends.add(threads.submit(() -> sender.sendUntil(enough::get))));
        for (int kill = 0; kill < kills; kill++) {
          awaitProgress(senders, ends);
          last.run(Duration.ofMillis(random.nextInt(MAX_RUN_MILLIS)));
          last.kill();
          last = random.nextInt(KILLED_STARTS) == 0 ? killedWhileStarting(random) : ready();
        }
        awaitProgress(senders, ends);
        enough.set(true);
        for (Future<?> end : ends) {
          end.get();
        }
        senders.forEach(KillSender::checkEachThereOnce);
        assertEquals(0, last.stop(), last.printed());
      } finally {
        enough.set(true);
        if (last != null) {
          last.close();
        }
      }
      System.err.println("starts=" + starts + " acknowledged=" + acknowledged(senders));
    }
  }

  private ServerProcess started() {
    return ServerProcess.start(
        directory.resolve("data"), directory.resolve("server-" + processes++ + ".log"));
  }

  private ServerProcess ready() {
    ServerProcess process = started();
    try {
      starts.add(process.awaitReady(MAX_START));
    } catch (RuntimeException | AssertionError e) {
      process.close();
      throw e;
    }
    address.set(process.uri());
    return process;
  }

  private ServerProcess killedWhileStarting(Random random) {
    try (ServerProcess process = started()) {
      process.run(Duration.ofMillis(random.nextInt(MAX_START_MILLIS)));
      process.kill();
    }
    return ready();
  }

  /** Every sender gets something acknowledged, so that each kill has something to lose. */
  private static void awaitProgress(List<KillSender> senders, List<Future<?>> ends)
      throws InterruptedException, ExecutionException {
    List<Long> before = acknowledged(senders);
    Awaitility.await("all senders are answered")
        .atMost(MAX_START)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                ends.stream().anyMatch(Future::isDone) || allBeyond(before, acknowledged(senders)));
    for (Future<?> end : ends) {
      if (end.isDone()) {
        end.get();
      }
    }
    assertTrue(ends.stream().noneMatch(Future::isDone), "a sender ended");
  }

  private static boolean allBeyond(List<Long> before, List<Long> now) {
    for (int i = 0; i < now.size(); i++) {
      if (now.get(i) <= before.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static List<Long> acknowledged(List<KillSender> senders) {
    return senders.stream().map(KillSender::acknowledged).toList();
  }
}
