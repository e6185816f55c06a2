package dev.headroom.storage.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Checks a block's checksums, then that every chunk decodes to what its row says. */
final class BlockVerifier {
  private static final int BUFFER_BYTES = 1 << 16;

  static List<String> verify(Path folder) {
    List<String> problems = new ArrayList<>();
    try {
      BlockManifest manifest = BlockManifest.read(folder);
      for (BlockManifest.DataFile file : manifest.files()) {
        int crc = checksum(folder.resolve(file.name()));
        if (crc != file.crc()) {
          problems.add(folder.resolve(file.name()) + ": bad checksum");
        }
      }
      if (problems.isEmpty()) {
        checkContent(folder, manifest, problems);
      }
    } catch (IOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    return problems;
  }

  private static int checksum(Path file) throws IOException {
    var crc = new CRC32C();
    var buffer = new byte[BUFFER_BYTES];
    try (var in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
    }
    return (int) crc.getValue();
  }

  private static void checkContent(Path folder, BlockManifest manifest, List<String> problems)
      throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        BlockReader reader = BlockReader.open(folder, manifest, allocator)) {
      var cursor = new BlockReader.ChunkCursor();
      long samples = 0;
      for (int id = 0; id < reader.seriesCount(); id++) {
        reader.labels(id);
        for (int chunk = reader.firstChunk(id); chunk < reader.endChunk(id); chunk++) {
          int n = reader.decode(chunk, cursor);
          samples += n;
          if (cursor.times[0] != reader.minTime(chunk)
              || cursor.times[n - 1] != reader.maxTime(chunk)) {
            problems.add(folder + ": chunk " + chunk + " does not hold the times it says");
          }
        }
      }
      if (samples != manifest.samples() || reader.seriesCount() != manifest.series()) {
        problems.add(
            folder + ": holds " + samples + " samples, its manifest says " + manifest.samples());
      }
    } catch (RuntimeException e) {
      problems.add(folder + ": does not decode: " + e.getMessage());
    }
  }

  private BlockVerifier() {}
}
