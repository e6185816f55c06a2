package dev.headroom.storage.file;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskGuardTest {
  private long free = 1000;
  private long nanos;
  private final DiskGuard guard = new DiskGuard(() -> free, new DiskLimits(100, 150), () -> nanos);

  private boolean isFullAt(long bytes) {
    free = bytes;
    nanos += 1_000_000_000L;
    return guard.isFull();
  }

  @Test
  void fullBeginsBelowTheMinimumAndEndsAtTheResumeMark() {
    assertFalse(isFullAt(100));
    assertTrue(isFullAt(99));
    assertTrue(isFullAt(149));
    assertFalse(isFullAt(150));
    assertFalse(isFullAt(120), "no flutter: the minimum counts again");
    assertTrue(isFullAt(0));
  }

  @Test
  void aRefusalIsRetryableAndSaysWhatToDo() {
    assertTrue(isFullAt(10));
    var error = assertThrows(HeadroomException.class, guard::requireRoom);
    assertEquals(ErrorCategory.UNAVAILABLE, error.category());
    assertTrue(error.category().isRetryable());
    assertEquals(
        "cannot write: the disk has 10 bytes free, less than the 150 wanted; free space or shorten"
            + " retention",
        error.getMessage());
    assertFalse(isFullAt(1000));
    assertDoesNotThrow(guard::requireRoom);
  }

  @Test
  void roomForMoreKeepsTheMinimum() {
    assertFalse(isFullAt(500));
    assertTrue(guard.hasRoomFor(400));
    assertFalse(guard.hasRoomFor(401));
  }

  @Test
  void theDiskIsAskedAtMostFourTimesASecond() {
    assertFalse(isFullAt(1000));
    free = 0;
    nanos += 249_000_000L;
    assertFalse(guard.isFull());
    nanos += 1_000_000L;
    assertTrue(guard.isFull());
  }

  @Test
  void aFolderThatIsNotThereYetIsOnTheDiskOfItsParent(@TempDir Path directory) {
    DiskGuard real = DiskGuard.of(directory.resolve("a").resolve("b"));
    assertTrue(real.freeBytes() > 0);
    assertTrue(real.limits().minFreeBytes() > 0);
  }
}
