package dev.headroom.storage.logs;

import java.util.Arrays;

/**
 * Numbers buckets from 0 as they come: a bucket is a key in a bucket of the aggregate above. Not
 * thread-safe.
 */
final class BucketTable {
  private static final int NONE = -1;

  private int size;
  private long[] keys = new long[8];
  private int[] parents = new int[8];

  /** The bucket of the same parent that came before. */
  private int[] previous = new int[8];

  private int[] lastOfParent = new int[0];

  /** Bucket + 1 by hash of parent and key; 0 is free. */
  private int[] slots = new int[16];

  /** The bucket, or -1. */
  int find(int parent, long key) {
    int mask = slots.length - 1;
    for (int at = hash(parent, key) & mask; slots[at] != 0; at = (at + 1) & mask) {
      int bucket = slots[at] - 1;
      if (keys[bucket] == key && parents[bucket] == parent) {
        return bucket;
      }
    }
    return NONE;
  }

  /** A bucket that is not there yet. */
  int add(int parent, long key) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      parents = Arrays.copyOf(parents, 2 * size);
      previous = Arrays.copyOf(previous, 2 * size);
    }
    if (parent >= lastOfParent.length) {
      int known = lastOfParent.length;
      lastOfParent = Arrays.copyOf(lastOfParent, Math.max(parent + 1, 2 * known));
      Arrays.fill(lastOfParent, known, lastOfParent.length, NONE);
    }
    int bucket = size++;
    keys[bucket] = key;
    parents[bucket] = parent;
    previous[bucket] = lastOfParent[parent];
    lastOfParent[parent] = bucket;
    if (2 * size > slots.length) {
      slots = new int[2 * slots.length];
      for (int i = 0; i < bucket; i++) {
        place(i);
      }
    }
    place(bucket);
    return bucket;
  }

  private void place(int bucket) {
    int mask = slots.length - 1;
    int at = hash(parents[bucket], keys[bucket]) & mask;
    while (slots[at] != 0) {
      at = (at + 1) & mask;
    }
    slots[at] = bucket + 1;
  }

  private static int hash(int parent, long key) {
    long mixed = (key ^ (key >>> 32)) * 0x9E3779B97F4A7C15L + parent * 0xC2B2AE3D27D4EB4FL;
    return (int) (mixed ^ (mixed >>> 32));
  }

  int size() {
    return size;
  }

  long key(int bucket) {
    return keys[bucket];
  }

  /** The last bucket of a parent, or -1; then go back by {@link #before}. */
  int last(int parent) {
    return parent >= 0 && parent < lastOfParent.length ? lastOfParent[parent] : NONE;
  }

  /** The bucket of the same parent that came before, or -1. */
  int before(int bucket) {
    return previous[bucket];
  }
}
