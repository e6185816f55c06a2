package dev.headroom.storage.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {
  @TempDir Path directory;

  private record Seen(long position, int records, String payload) {}

  @Test
  void whatWasAcknowledgedIsReadBackInOrder() {
    List<Seen> written = new ArrayList<>();
    try (WriteAheadLog wal = open()) {
      for (int i = 0; i < 500; i++) {
        written.add(append(wal, "payload " + i, 1 + i % 3));
      }
    }
    try (WriteAheadLog wal = open()) {
      assertEquals(written, replay(wal, 0));
      assertEquals(List.of(), wal.damage());
      assertEquals(written.getLast().position() + written.getLast().records(), wal.nextPosition());
    }
  }

  @Test
  void aReplayTellsHowFarItIs() {
    try (WriteAheadLog wal = open()) {
      for (int i = 0; i < 500; i++) {
        append(wal, "payload " + i, 1);
      }
    }
    try (WriteAheadLog wal = open()) {
      var progress = new ReplayProgress();
      List<ReplayProgress.Now> seen = new ArrayList<>();
      assertEquals(Optional.empty(), progress.now());
      wal.replay(0, progress, (_, _, _, _, _) -> seen.add(progress.now().orElseThrow()));
      assertEquals(Optional.empty(), progress.now());
      assertEquals(500, seen.size());
      for (int i = 1; i < seen.size(); i++) {
        assertTrue(seen.get(i).bytes() > seen.get(i - 1).bytes(), "at " + i);
      }
      assertTrue(seen.getFirst().percent() < 5, seen.getFirst().toString());
      assertEquals(
          new ReplayProgress.Now("test", wal.usedBytes(), wal.usedBytes()), seen.getLast());
      assertEquals(100, seen.getLast().percent());
    }
  }

  @Test
  void listenerSeesAFrameBeforeItsSenderIsAnswered() {
    List<Long> committed = java.util.Collections.synchronizedList(new ArrayList<>());
    try (WriteAheadLog wal =
        WriteAheadLog.open(config(), (position, _, _, _, _) -> committed.add(position))) {
      for (int i = 0; i < 100; i++) {
        Seen seen = append(wal, "x" + i, 1);
        assertTrue(committed.contains(seen.position()));
      }
    }
  }

  @Test
  void randomReopenAndTruncateAgreeWithAList() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    List<Seen> model = new ArrayList<>();
    long cut = 0;
    WriteAheadLog wal = open();
    try {
      for (int i = 0; i < 2_000; i++) {
        int what = random.nextInt(100);
        if (what < 95) {
          model.add(append(wal, "r".repeat(1 + random.nextInt(300)) + i, 1 + random.nextInt(4)));
        } else if (what < 98 && !model.isEmpty()) {
          cut = Math.max(cut, model.get(random.nextInt(model.size())).position());
          wal.truncateBefore(cut);
        } else {
          wal.close();
          wal = open();
          long from = cut;
          assertEquals(
              model.stream().filter(seen -> seen.position() + seen.records() > from).toList(),
              replay(wal, from),
              "seed " + seed);
        }
      }
    } finally {
      wal.close();
    }
  }

  @Test
  void aFileTornAtAnyByteKeepsEveryWholeFrame() throws IOException {
    List<Seen> written = new ArrayList<>();
    try (WriteAheadLog wal = open()) {
      for (int i = 0; i < 12; i++) {
        written.add(append(wal, "frame number " + i, 1));
      }
    }
    Path file = segmentFiles().getLast();
    byte[] bytes = Files.readAllBytes(file);
    int end = WalSegment.HEADER_BYTES;
    List<Integer> ends = new ArrayList<>();
    for (Seen seen : written) {
      end += WalSegment.FRAME_HEADER_BYTES + seen.payload().length();
      ends.add(end);
    }
    for (int cut = WalSegment.HEADER_BYTES; cut <= end; cut++) {
      byte[] torn = java.util.Arrays.copyOf(bytes, bytes.length);
      java.util.Arrays.fill(torn, cut, torn.length, (byte) 0);
      Files.write(file, torn);
      int at = cut;
      int whole = (int) ends.stream().filter(e -> e <= at).count();
      try (WriteAheadLog wal = open()) {
        assertEquals(written.subList(0, whole), replay(wal, 0), "torn at " + cut);
        assertEquals(whole, wal.nextPosition());
        append(wal, "after", 1);
      }
      try (WriteAheadLog wal = open()) {
        assertEquals("after", replay(wal, 0).getLast().payload(), "torn at " + cut);
      }
    }
  }

  @Test
  void aFlippedBitNeverGivesAWrongRecord() throws IOException {
    List<Seen> written = new ArrayList<>();
    try (WriteAheadLog wal = open()) {
      for (int i = 0; i < 6; i++) {
        written.add(append(wal, "frame number " + i, 1));
      }
    }
    Path file = segmentFiles().getLast();
    byte[] bytes = Files.readAllBytes(file);
    int used = WalSegment.HEADER_BYTES;
    for (Seen seen : written) {
      used += WalSegment.FRAME_HEADER_BYTES + seen.payload().length();
    }
    for (int at = 0; at < used; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      List<Seen> expected = new ArrayList<>(written);
      int frame = frameAt(written, at);
      if (frame >= 0) {
        expected.remove(frame);
      }
      try (WriteAheadLog wal = open()) {
        assertEquals(expected, replay(wal, 0), "bit flipped at " + at);
        boolean isTold = !wal.damage().isEmpty();
        // Of the last frame nothing tells whether it was ever whole.
        assertTrue(isTold || frame == written.size() - 1, "bit flipped at " + at + " not told");
      }
      try (var files = Files.list(directory)) {
        for (Path left : files.toList()) {
          Files.delete(left);
        }
      }
    }
  }

  /** Which frame a byte belongs to, −1 for the file's header. */
  private static int frameAt(List<Seen> written, int at) {
    int end = WalSegment.HEADER_BYTES;
    int frame = -1;
    while (at >= end) {
      frame++;
      end += WalSegment.FRAME_HEADER_BYTES + written.get(frame).payload().length();
    }
    return frame;
  }

  @Test
  void positionsThatWereUsedAreNotGivenOutAgain() throws IOException {
    try (WriteAheadLog wal = open()) {
      append(wal, "one", 5);
    }
    for (Path file : segmentFiles()) {
      Files.delete(file);
    }
    try (WriteAheadLog wal = open()) {
      wal.expect(5, 5);
      assertEquals(5, append(wal, "two", 1).position());
      assertEquals(1, wal.damage().size());
    }
    try (WriteAheadLog wal = open()) {
      wal.expect(5, 5);
      assertEquals(5, replay(wal, 5).getFirst().position());
      assertEquals(List.of(), wal.damage());
    }
  }

  @Test
  void aZeroedPageAmongAcknowledgedFramesIsTold() throws IOException {
    List<Seen> written = new ArrayList<>();
    try (WriteAheadLog wal = open()) {
      for (int i = 0; i < 8; i++) {
        written.add(append(wal, "frame number " + i, 1));
      }
    }
    Path file = segmentFiles().getLast();
    byte[] bytes = Files.readAllBytes(file);
    int frame = WalSegment.FRAME_HEADER_BYTES + "frame number 0".length();
    int third = WalSegment.HEADER_BYTES + 2 * frame;
    java.util.Arrays.fill(bytes, third, third + 2 * frame, (byte) 0);
    Files.write(file, bytes);
    try (WriteAheadLog wal = open()) {
      List<Seen> read = replay(wal, 0);
      assertEquals(6, read.size());
      assertEquals(written.getLast(), read.getLast());
      WalDamage told = wal.damage().getFirst();
      assertEquals(2, told.fromPosition());
      assertEquals(4, told.toPosition());
    }
  }

  @Test
  void damageInTheMiddleIsReportedAndReadingGoesOn() throws IOException {
    List<Seen> written = new ArrayList<>();
    try (WriteAheadLog wal = open()) {
      for (int i = 0; i < 400; i++) {
        written.add(append(wal, "frame number " + i, 1));
      }
    }
    List<Path> files = segmentFiles();
    assertTrue(files.size() >= 3, "several files wanted, got " + files.size());
    byte[] bytes = Files.readAllBytes(files.get(1));
    bytes[WalSegment.HEADER_BYTES + 25] ^= 1;
    Files.write(files.get(1), bytes);
    try (WriteAheadLog wal = open()) {
      List<Seen> read = replay(wal, 0);
      assertTrue(read.size() < written.size());
      assertEquals(written.getLast(), read.getLast());
      assertEquals(1, wal.damage().stream().filter(d -> d.bytes() > 0).count());
    }
  }

  @Test
  void newerFormatIsRefusedAndNotTouched() throws IOException {
    try (WriteAheadLog wal = open()) {
      append(wal, "x", 1);
    }
    Path file = segmentFiles().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[7] = 9;
    var crc = new java.util.zip.CRC32C();
    crc.update(bytes, 0, 16);
    java.nio.ByteBuffer.wrap(bytes)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(16, (int) crc.getValue());
    Files.write(file, bytes);
    var error = assertThrows(HeadroomException.class, this::open);
    assertTrue(String.valueOf(error.getMessage()).contains("version 9"), error.getMessage());
    org.junit.jupiter.api.Assertions.assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void stockIsWhatLiesOnTheDisk() throws IOException {
    try (WriteAheadLog wal = open()) {
      for (int i = 0; i < 100; i++) {
        append(wal, "frame number " + i, 1);
      }
      long onDisk = 0;
      for (Path file : segmentFiles()) {
        onDisk += Files.size(file);
      }
      assertEquals(onDisk, wal.stock().stream().mapToLong(entry -> entry.bytes()).sum());
    }
  }

  private List<Path> segmentFiles() throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private WalConfig config() {
    return new WalConfig("test", directory, 4096, 1 << 20, 1 << 20);
  }

  private WriteAheadLog open() {
    return WriteAheadLog.open(config(), (_, _, _, _, _) -> {});
  }

  private static Seen append(WriteAheadLog wal, String text, int records) {
    byte[] payload = text.getBytes(UTF_8);
    WalTicket ticket = wal.append(payload, 0, payload.length, records, SyncPolicy.FSYNC);
    ticket.await();
    return new Seen(ticket.position(), records, text);
  }

  private static List<Seen> replay(WriteAheadLog wal, long from) {
    List<Seen> seen = new ArrayList<>();
    wal.replay(
        from,
        (position, records, payload, offset, length) ->
            seen.add(new Seen(position, records, new String(payload, offset, length, UTF_8))));
    return seen;
  }
}
