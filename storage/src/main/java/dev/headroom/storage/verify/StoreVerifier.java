package dev.headroom.storage.verify;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.metrics.EmbeddedMetricStore;
import dev.headroom.storage.verify.VerifyReport.Problem;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks every file of a data directory: framed files by their CRC32C, WAL segments frame by frame,
 * log partitions and metric blocks against their manifests. The caller holds the directory's lock.
 */
public final class StoreVerifier {
  private final StoreLayout layout;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long files;
  private long bytes;
  private long walFrames;

  private StoreVerifier(StoreLayout layout) {
    this.layout = layout;
  }

  /**
   * @throws IOException when the directory itself cannot be listed
   */
  public static VerifyReport verify(StoreLayout layout) throws IOException {
    return new StoreVerifier(layout).run();
  }

  private VerifyReport run() throws IOException {
    try (Stream<Path> found = Files.walk(layout.root())) {
      for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
        files++;
        bytes += Files.size(file);
        verifyFramed(file);
      }
    }
    verifyWal(layout.logWal());
    verifyWal(StoreLayout.batchIds(layout.logWal()));
    verifyWal(layout.metricWal());
    if (Files.isDirectory(layout.logs())) {
      EmbeddedLogStore.verify(layout.logs(), this::problem);
    }
    if (Files.isDirectory(layout.metrics())) {
      for (String found : EmbeddedMetricStore.verify(layout.metrics())) {
        problems.add(new Problem(below(layout.metrics()), found));
      }
    }
    return new VerifyReport(files, bytes, walFrames, problems, notes);
  }

  private void verifyFramed(Path file) {
    try {
      if (DurableFiles.isFramed(file)) {
        DurableFiles.check(file);
      }
    } catch (CorruptFileException e) {
      problem(file, e.problem());
    } catch (IOException e) {
      problem(file, "cannot be read: " + e.getMessage());
    }
  }

  private void verifyWal(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      walFrames +=
          WriteAheadLog.verify(
              folder, this::problem, note -> notes.add(below(folder) + "/" + note));
    }
  }

  private void problem(Path file, String what) {
    problems.add(new Problem(below(file), what));
  }

  private String below(Path file) {
    return layout.root().relativize(file).toString();
  }
}
