package dev.headroom.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code headroom serve} in a process of its own, so that it can be killed. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Headroom is ready: (\\S+)");
  private static final Duration END = Duration.ofSeconds(30);

  private final Process process;
  private final Path output;
  private final long startedNanoTime = System.nanoTime();

  private ServerProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts the process, with this JVM's class path and flags.
   *
   * @param output gets what it prints
   */
  static ServerProcess start(Path data, Path output, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("-X") || flag.startsWith("--")) {
        command.add(flag);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "serve", "--data", data.toString()));
    command.addAll(List.of("--http", "127.0.0.1:0", "--syslog", "127.0.0.1:0"));
    command.addAll(List.of(more));
    File file = output.toFile();
    try {
      Process started =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file).start();
      return new ServerProcess(started, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until it says that it is ready.
   *
   * @return since it was started
   */
  Duration awaitReady(Duration atMost) {
    Awaitility.await("the server is ready")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !process.isAlive() || readyUri().isPresent());
    if (readyUri().isEmpty()) {
      throw new AssertionError("the server ended: " + printed());
    }
    return Duration.ofNanos(System.nanoTime() - startedNanoTime);
  }

  private Optional<URI> readyUri() {
    Matcher line = READY.matcher(printed());
    return line.find() ? Optional.of(URI.create(line.group(1))) : Optional.empty();
  }

  /** Where it is, once ready. */
  URI uri() {
    return readyUri().orElseThrow(() -> new AssertionError("not ready: " + printed()));
  }

  String printed() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it run for so long; it must not end by itself. */
  void run(Duration time) {
    if (ends(time)) {
      throw new AssertionError("the server ended: " + printed());
    }
  }

  /** SIGKILL: nothing is flushed, no hook runs. */
  void kill() {
    process.destroyForcibly();
    if (!ends(END)) {
      throw new AssertionError("killed, and still there");
    }
  }

  /** SIGTERM, and the exit status. */
  int stop() {
    process.destroy();
    if (!ends(END)) {
      process.destroyForcibly();
      throw new AssertionError("did not stop: " + printed());
    }
    return process.exitValue();
  }

  private boolean ends(Duration within) {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
