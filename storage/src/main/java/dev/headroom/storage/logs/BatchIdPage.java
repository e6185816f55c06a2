package dev.headroom.storage.logs;

import dev.headroom.storage.model.TenantId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Many remembered batches in few bytes (32 each): sorted by key, searched by halving. Immutable.
 */
final class BatchIdPage {
  /**
   * A batch that was stored.
   *
   * @param number its place in the log of batch ids; −1 when it is not there
   * @param position of its frame in the log WAL; −1 when nothing of it was stored
   * @param seconds when it was received, since the epoch
   * @param answer see {@link BatchAnswer}
   */
  record Entry(
      TenantId tenant,
      long keyHigh,
      long keyLow,
      long body,
      long number,
      long position,
      long seconds,
      byte[] answer) {}

  /** What a repeat is compared with and answered from. */
  record Match(long body, long position, byte[] answer) {}

  private static final byte[] ALL_CREATED = new byte[0];

  private final long[] keyHighs;
  private final long[] keyLows;
  private final long[] bodies;
  private final long[] positions;
  private final Map<Integer, byte[]> answers = new HashMap<>();
  private final Map<TenantId, Integer> counts = new HashMap<>();
  private final long firstNumber;
  private final long newestSeconds;

  BatchIdPage(List<Entry> entries) {
    List<Entry> sorted =
        entries.stream()
            .sorted(
                (a, b) ->
                    a.keyHigh != b.keyHigh
                        ? Long.compare(a.keyHigh, b.keyHigh)
                        : Long.compare(a.keyLow, b.keyLow))
            .toList();
    int size = sorted.size();
    keyHighs = new long[size];
    keyLows = new long[size];
    bodies = new long[size];
    positions = new long[size];
    long first = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      Entry entry = sorted.get(i);
      keyHighs[i] = entry.keyHigh;
      keyLows[i] = entry.keyLow;
      bodies[i] = entry.body;
      positions[i] = entry.position;
      if (entry.answer.length > 0) {
        answers.put(i, entry.answer);
      }
      counts.merge(entry.tenant, 1, Integer::sum);
      first = entry.number < 0 ? first : Math.min(first, entry.number);
      newest = Math.max(newest, entry.seconds);
    }
    firstNumber = first;
    newestSeconds = newest;
  }

  int size() {
    return keyHighs.length;
  }

  int count(TenantId tenant) {
    return counts.getOrDefault(tenant, 0);
  }

  Map<TenantId, Integer> counts() {
    return counts;
  }

  /** Smallest place in the log of batch ids; the largest long when none is there. */
  long firstNumber() {
    return firstNumber;
  }

  long newestSeconds() {
    return newestSeconds;
  }

  Optional<Match> find(long keyHigh, long keyLow) {
    int low = 0;
    int high = keyHighs.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order =
          keyHighs[middle] != keyHigh
              ? Long.compare(keyHighs[middle], keyHigh)
              : Long.compare(keyLows[middle], keyLow);
      if (order == 0) {
        return Optional.of(
            new Match(
                bodies[middle], positions[middle], answers.getOrDefault(middle, ALL_CREATED)));
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }
}
