package dev.headroom.benchmarks.macro;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Headroom server in a process of its own, and what Linux says of its CPU time and memory. */
final class ServerProcess implements AutoCloseable {
  /** Clock ticks a second in /proc, the same on every Linux today. */
  private static final double TICKS = 100;

  private final Process process;
  private final Path data;
  private final URI uri;

  /**
   * Starts a server as its users do.
   *
   * @param home the folder with the launcher
   * @param flags more JVM flags
   */
  static ServerProcess start(Path home, Path data, String flags) throws IOException {
    String launcher = home.resolve("headroom").toAbsolutePath().toString();
    List<String> command =
        List.of(
            launcher,
            "serve",
            "--data",
            data.toString(),
            "--http",
            "127.0.0.1:0",
            "--syslog",
            "off");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(data.resolveSibling(data.getFileName() + ".log").toFile());
    builder.environment().put("HEADROOM_JVM_OPTS", flags);
    return new ServerProcess(builder.start(), data);
  }

  private ServerProcess(Process process, Path data) throws IOException {
    this.process = process;
    this.data = data;
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.contains("http://")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the server did not start; see " + data + ".log");
    }
    this.uri = URI.create(line.substring(line.indexOf("http")).strip());
  }

  URI uri() {
    return uri;
  }

  double cpuSeconds() throws IOException {
    String stat = Files.readString(proc("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
  }

  /** {@code VmRSS} now, {@code VmHWM} at most, in bytes. */
  long memoryBytes(String field) throws IOException {
    for (String line : Files.readAllLines(proc("status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("no " + field + " in /proc");
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }

  long diskBytes() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** An orderly stop. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the server did not stop within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
