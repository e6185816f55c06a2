package dev.headroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** Programs of this machine that play the counterpart in a test. */
final class Programs {
  /** Where a program is; without it the test is skipped, and says so. */
  static Path require(String name, String howToInstall) {
    return find(name).orElseThrow(() -> skip(name + " is not installed", howToInstall));
  }

  private static Optional<Path> find(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** Ends the test as skipped. */
  static AssertionError skip(String what, String howToInstall) {
    String reason = what + " (" + howToInstall + ")";
    System.err.println("skipped: " + reason);
    Assumptions.abort(reason);
    return new AssertionError(reason);
  }

  /** What a program prints; it must succeed. Its errors go to the test's own. */
  static String run(Path folder, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            String.join(" ", command) + " ended with " + process.exitValue() + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  private Programs() {}
}
