package dev.headroom.benchmarks.macro;

import dev.headroom.storage.model.AllowForbidden;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own, and what Linux says of its CPU time and memory. */
final class ServerProcess implements AutoCloseable {
  /** Clock ticks a second in /proc, the same on every Linux today. */
  private static final double TICKS = 100;

  private final Process process;
  private final Path data;
  private final URI uri;

  /**
   * Starts Headroom as its users do.
   *
   * @param home the folder with the launcher
   * @param flags more JVM flags
   */
  static ServerProcess headroom(Path home, Path data, String flags) throws IOException {
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
    return start(command, data, Map.of("HEADROOM_JVM_OPTS", flags));
  }

  /**
   * Starts a node of OpenSearch with its default settings, on this JVM's own Java.
   *
   * @param home the folder with its {@code classes} and {@code lib}
   * @param flags JVM flags
   */
  static ServerProcess openSearch(Path home, Path data, String flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags.strip().split("\\s+")));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", home.resolve("classes") + ":" + home.resolve("lib") + "/*"));
    command.addAll(List.of("OpenSearchNode", data.toString()));
    return start(command, data, Map.of());
  }

  private static ServerProcess start(
      List<String> command, Path data, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(data.resolveSibling(data.getFileName() + ".log").toFile());
    builder.environment().putAll(environment);
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

  /** Waits until a second went by in which it did next to nothing: merges are done then. */
  @AllowForbidden(reason = "looks from time to time, and must not burn the CPU it measures")
  void awaitIdle() throws IOException, InterruptedException {
    double before = cpuSeconds();
    Thread.sleep(1000);
    for (double now = cpuSeconds(); now - before > 0.05; now = cpuSeconds()) {
      before = now;
      Thread.sleep(1000);
    }
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
