package dev.headroom.storage.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
  private static final byte[] BODY = "some bytes of a body".getBytes(UTF_8);

  @TempDir Path directory;

  private Path written(int version) throws IOException {
    Path file = directory.resolve("f");
    DurableFiles.write(file, "test-format", version, BODY);
    return file;
  }

  @Test
  void whatIsWrittenIsReadAndLeavesNothingElse() throws IOException {
    assertArrayEquals(BODY, DurableFiles.read(written(1), "test-format", 1));
    try (var files = Files.list(directory)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void cutAtAnyByteItIsDamaged() throws IOException {
    Path file = written(1);
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertDamaged(file, "cut at " + length);
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    assertDamaged(file, "one byte too many");
  }

  @Test
  void withAnyBitFlippedItIsDamagedAndNeverTakenForANewerOne() throws IOException {
    Path file = written(1);
    byte[] bytes = Files.readAllBytes(file);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      assertDamaged(file, "bit " + bit);
    }
  }

  private static void assertDamaged(Path file, String what) {
    assertThrows(CorruptFileException.class, () -> DurableFiles.read(file, "test-format", 1), what);
  }

  @Test
  void aWholeFileOfANewerProgramIsRefusedAndNotTouched() throws IOException {
    Path file = written(2);
    byte[] bytes = Files.readAllBytes(file);
    var error =
        assertThrows(NewerFormatException.class, () -> DurableFiles.read(file, "test-format", 1));
    assertEquals(
        file
            + ": has version 2 of test-format, this program knows up to 1; start the newer program",
        error.getMessage());
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void anotherFormatIsDamage() throws IOException {
    Path file = written(1);
    assertThrows(CorruptFileException.class, () -> DurableFiles.read(file, "other-format", 1));
  }
}
