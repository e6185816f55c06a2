package dev.headroom.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process's recurring work, on one thread: a slow task delays the others, never overlaps. A
 * task that fails is logged and runs again at its next turn.
 */
final class Schedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("schedule").daemon().factory());

  interface Task {
    void run() throws Exception;
  }

  void every(Duration period, String name, Task task) {
    every(period, period, name, task);
  }

  void every(Duration first, Duration period, String name, Task task) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> run(name, task), first.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void run(String name, Task task) {
    try {
      task.run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.error("scheduled task failed task={}", name, e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
