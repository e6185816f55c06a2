package dev.headroom.storage.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionSweepTest {
  private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId ZETA = new TenantId("zeta");
  private static final RetentionPolicy POLICY =
      new RetentionPolicy(
          Duration.ofDays(30), Map.of("audit", Duration.ofDays(90)), Duration.ofDays(400), 0);

  @TempDir Path directory;

  private Instant wall = START;
  private long nanos = 17;
  private final Pieces store = new Pieces();

  /** Pieces in memory; a name in {@code stuck} cannot be dropped. */
  private static final class Pieces implements RetainedStore {
    private final List<RetainedPiece> pieces = new ArrayList<>();
    private String stuck = "";

    @Override
    public List<RetainedPiece> pieces() {
      return List.copyOf(pieces);
    }

    @Override
    public void drop(RetainedPiece piece) throws IOException {
      if (piece.name().equals(stuck)) {
        throw new IOException("stuck");
      }
      pieces.remove(piece);
    }

    void add(TenantId tenant, String retentionClass, String day, long bytes) {
      Instant from = Instant.parse(day + "T00:00:00Z");
      pieces.add(
          new RetainedPiece(
              tenant,
              "log_partition",
              tenant + "/" + retentionClass + "/" + day + "/0",
              retentionClass,
              new TimeRange(TimeRange.nanos(from), TimeRange.nanos(from.plus(Duration.ofDays(1)))),
              10,
              bytes));
    }

    List<String> days() {
      return pieces.stream().map(p -> TimeRange.format(p.range().fromNanos())).sorted().toList();
    }
  }

  private RetentionSweep sweep(RetentionPolicy policy) {
    return new RetentionSweep(List.of(store), policy, () -> wall, () -> nanos);
  }

  private void pass(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  @Test
  void aPieceGoesWhenItsYoungestRecordIsTooOld() {
    store.add(ACME, "d30", "2026-10-20", 5); // ends on the 21st, 30 days before START
    store.add(ACME, "d30", "2026-10-21", 7);
    store.add(ACME, "d90", "2026-10-20", 9);
    RetentionSweep sweep = sweep(POLICY);
    RetentionPlan plan = sweep.plan();
    assertEquals(1, plan.due().size());
    assertEquals(Instant.parse("2026-11-20T00:00:00Z"), plan.due().getFirst().dueAt());
    assertEquals(3, plan.drops().size());
    assertEquals(3, store.pieces.size(), "a plan touches nothing");
    RetentionRun run = sweep.run();
    assertEquals(5, run.droppedBytes());
    assertEquals(2, store.pieces.size());
    pass(Duration.ofDays(1));
    assertEquals(7, sweep.run().droppedBytes());
  }

  @Test
  void storedDataKeepsTheClassItCameWith() {
    store.add(ACME, "d60", "2026-10-10", 5); // the age of its stream was shortened to 30 days
    RetentionPlan plan = sweep(POLICY).plan();
    assertEquals(List.of(), plan.due());
    assertFalse(plan.drops().getFirst().isClassInForce());
    assertEquals(Instant.parse("2026-12-10T00:00:00Z"), plan.drops().getFirst().dueAt());
  }

  @Test
  void aClassThatNoAgeGivesNeverGoes() {
    store.add(ACME, "forever", "2001-01-01", 5);
    assertEquals(List.of(), sweep(POLICY).plan().drops());
  }

  @Test
  void theOldestOfEachTenantGoForTheirBytes() {
    for (int day = 10; day < 20; day++) {
      store.add(ACME, "d30", "2026-11-" + day, 100);
    }
    store.add(ACME, "d90", "2026-11-20", 100); // today: is written to
    store.add(ZETA, "d30", "2026-11-10", 300);
    RetentionSweep sweep =
        sweep(new RetentionPolicy(Duration.ofDays(30), Map.of(), POLICY.metricAge(), 350));
    List<PlannedDrop> due = sweep.plan().due();
    assertEquals(8, due.size());
    assertTrue(due.stream().allMatch(d -> d.reason() == PlannedDrop.Reason.SIZE));
    assertTrue(due.stream().allMatch(d -> d.piece().tenant().equals(ACME)));
    sweep.run();
    assertEquals(
        List.of(
            "2026-11-10T00:00:00Z",
            "2026-11-18T00:00:00Z",
            "2026-11-19T00:00:00Z",
            "2026-11-20T00:00:00Z"),
        store.days());
  }

  @Test
  void whatIsWrittenTodayStaysHoweverLarge() {
    store.add(ACME, "d30", "2026-11-20", 1000);
    RetentionSweep sweep =
        sweep(new RetentionPolicy(Duration.ofDays(30), Map.of(), POLICY.metricAge(), 1));
    assertEquals(0, sweep.run().dropped().size());
  }

  @Test
  void oneThatIsStuckDoesNotKeepTheOthers() {
    store.add(ACME, "d30", "2026-10-01", 5);
    store.add(ACME, "d30", "2026-10-02", 6);
    store.stuck = store.pieces.getFirst().name();
    RetentionRun run = sweep(POLICY).run();
    assertEquals(6, run.droppedBytes());
    assertEquals(1, run.failures().size());
    assertTrue(run.failures().getFirst().contains("2026-10-01"));
  }

  @Test
  void aClockThatJumpsForwardDeletesNothingForAnHour() {
    store.add(ACME, "d30", "2026-11-19", 5);
    RetentionSweep sweep = sweep(POLICY);
    wall = wall.plus(Duration.ofDays(90));
    RetentionRun held = sweep.run();
    assertEquals(0, held.dropped().size());
    assertTrue(held.clockDoubt().isPresent());
    for (int minute = 0; minute < 59; minute++) {
      pass(Duration.ofMinutes(1));
      assertEquals(0, sweep.run().dropped().size());
    }
    wall = wall.minus(Duration.ofDays(90)); // it was a mistake
    assertEquals(Optional.empty(), sweep.run().clockDoubt());
    pass(Duration.ofHours(3));
    assertEquals(0, sweep.run().dropped().size());
  }

  @Test
  void aJumpThatLastsAnHourIsBelieved() {
    store.add(ACME, "d30", "2026-11-19", 5);
    RetentionSweep sweep = sweep(POLICY);
    wall = wall.plus(Duration.ofDays(90));
    sweep.run();
    pass(Duration.ofMinutes(61));
    assertEquals(5, sweep.run().droppedBytes());
  }

  @Test
  void aJumpThatJumpsAgainStartsItsHourAnew() {
    store.add(ACME, "d30", "2026-11-19", 5);
    RetentionSweep sweep = sweep(POLICY);
    for (int i = 0; i < 5; i++) {
      wall = wall.plus(Duration.ofDays(40));
      assertEquals(0, sweep.run().dropped().size());
      pass(Duration.ofMinutes(45));
      assertEquals(0, sweep.run().dropped().size());
    }
  }

  @Test
  void aClockThatFallsBackDeletesNothingEarly() {
    store.add(ACME, "d30", "2026-10-22", 5); // goes on 22 November
    RetentionSweep sweep = sweep(POLICY);
    wall = wall.minus(Duration.ofDays(5));
    for (int hour = 0; hour < 4 * 24; hour++) {
      pass(Duration.ofHours(1));
      assertEquals(0, sweep.run().dropped().size(), "hour " + hour);
    }
  }

  @Test
  void slowDriftAndSmallStepsAreFollowed() {
    RetentionSweep sweep = sweep(POLICY);
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMinutes(5));
      wall = wall.plusSeconds(i % 2 == 0 ? 2 : -2).plusMillis(300);
      assertEquals(Optional.empty(), sweep.plan().clockDoubt());
    }
  }

  @Test
  void aJumpWhileTheProcessWasDownIsHeldAsWell() throws IOException {
    Path file = directory.resolve("ledger").resolve("retention-clock");
    store.add(ACME, "d30", "2026-11-19", 5);
    open(file).run();
    wall = wall.plus(Duration.ofDays(90));
    nanos = 3; // another boot
    RetentionSweep next = open(file);
    assertEquals(0, next.run().dropped().size());
    pass(Duration.ofMinutes(61));
    assertEquals(5, next.run().droppedBytes());
  }

  @Test
  void aDamagedClockFileHoldsForAnHour() throws IOException {
    Path file = directory.resolve("retention-clock");
    store.add(ACME, "d30", "2026-10-01", 5);
    open(file).plan();
    Files.write(file, new byte[] {1, 2, 3});
    RetentionSweep sweep = open(file);
    assertEquals(0, sweep.run().dropped().size());
    pass(Duration.ofMinutes(61));
    assertEquals(5, sweep.run().droppedBytes());
  }

  private RetentionSweep open(Path file) throws IOException {
    return new RetentionSweep(
        List.of(store), POLICY, TrustedClock.open(file, () -> wall, () -> nanos));
  }
}
