package dev.headroom.server.demo;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Sends the history of the simulated fleet to a server, oldest first, telling how far it is. */
public final class FleetFeed {
  /** The same fleet each time. */
  private static final long SEED = 7_420;

  private static final int LINES = 300_000;
  private static final long STEPS_PER_HOUR = 12;
  private static final double LINES_PER_HOUR = (double) LINES / Fleet.HISTORY.toHours();

  /** All there is: 120 days. */
  public static final Duration WHOLE = Fleet.HISTORY;

  /**
   * @param lineBytes of the log lines, before compression and framing
   */
  public record Sent(long lines, long lineBytes, long samples) {}

  private final Senders senders;
  private final Fleet fleet;
  private final long steps;
  private final PrintWriter progress;
  private long lines;
  private long samples;

  private FleetFeed(Senders senders, Fleet fleet, Duration last, PrintWriter progress) {
    this.senders = senders;
    this.fleet = fleet;
    this.steps = last.dividedBy(Fleet.STEP);
    this.progress = progress;
  }

  /**
   * Sends everything; returns when the last HTTP request was answered and the last syslog line was
   * written to its socket.
   *
   * @param end of the history
   * @param last how much of the history, at its end
   * @param progress a line for each tenth
   */
  public static Sent run(
      URI server, InetSocketAddress syslog, Instant end, Duration last, PrintWriter progress) {
    try (var senders = new Senders(server, syslog)) {
      return new FleetFeed(senders, new Fleet(end), last, progress).send();
    }
  }

  private Sent send() {
    var metrics = new FleetMetrics(fleet, SEED);
    var logs = new FleetLogs(fleet, SEED + 1);
    progress.printf(
        Locale.ROOT,
        "feeding %d days of a simulated fleet: %,d samples, about %,d log lines%n",
        steps / (STEPS_PER_HOUR * 24),
        metrics.seriesCount() * steps,
        (long) (LINES_PER_HOUR * steps / STEPS_PER_HOUR));
    for (long step = 0; step < steps; step++) {
      long second = fleet.end().getEpochSecond() - (steps - step) * Fleet.STEP.toSeconds();
      metrics.step(
          second,
          (labels, millis, value) -> {
            senders.sample(labels, millis, value);
            samples++;
          });
      if (step % STEPS_PER_HOUR == 0) {
        logs.hour(
            second,
            LINES_PER_HOUR,
            line -> {
              senders.line(line);
              lines++;
            });
      }
      tell(step);
    }
    senders.flush();
    return new Sent(lines, senders.sentBytes(), samples);
  }

  private void tell(long step) {
    if ((step + 1) % (steps / 10) == 0) {
      progress.printf(
          Locale.ROOT,
          "  %3d %%  %,10d samples  %,8d log lines%n",
          (step + 1) * 100 / steps,
          samples,
          lines);
      progress.flush();
    }
  }
}
