package dev.headroom.storage.sketch;

import java.util.Arrays;

/**
 * How many different values there are. Up to {@value #EXACT_VALUES} are told apart by their 64-bit
 * hashes; then the hashes go into 2^14 registers, as in <i>HyperLogLog in Practice</i> (Heule,
 * Nunkesser, Hall; EDBT 2013). The estimate from the registers is the improved raw estimator of
 * <i>New cardinality estimation algorithms for HyperLogLog sketches</i> (Ertl, 2017), which needs
 * neither the paper's bias tables nor a switch to linear counting. Its standard error is 1.04 / 2^7
 * = 0.81 %.
 *
 * <p>Not thread-safe.
 */
public final class DistinctSketch {
  /** Up to so many the count is exact (as far as 64-bit hashes tell). */
  public static final int EXACT_VALUES = 3000;

  private static final int PRECISION = 14;
  private static final int REGISTERS = 1 << PRECISION;

  /** Bits of a hash behind those that choose the register. */
  private static final int REST = Long.SIZE - PRECISION;

  private static final double ALPHA_INFINITY = 0.5 / Math.log(2);

  /** Open addressing, zero is free; empty once there are registers. */
  private long[] hashes = new long[8];

  private int exact;
  private byte[] registers = new byte[0];

  public void addLong(long value) {
    addHash(Hash64.of(value));
  }

  /** A number by its value: {@code 7} and {@code 7.0} are the same, {@code -0.0} and zero too. */
  public void addDouble(double value) {
    addHash(Hash64.of(value));
  }

  public void addBytes(byte[] bytes, int offset, int length) {
    addHash(Hash64.of(bytes, offset, length));
  }

  /** A value whose {@link Hash64} is known. */
  public void addHash(long hash) {
    if (registers.length > 0) {
      register(hash);
    } else if (remember(hash == 0 ? 1 : hash) && exact > EXACT_VALUES) {
      estimateFromNowOn();
    }
  }

  private boolean remember(long hash) {
    int mask = hashes.length - 1;
    int at = (int) hash & mask;
    while (hashes[at] != 0) {
      if (hashes[at] == hash) {
        return false;
      }
      at = (at + 1) & mask;
    }
    hashes[at] = hash;
    exact++;
    if (exact * 4 > hashes.length * 3) {
      long[] old = hashes;
      hashes = new long[2 * old.length];
      exact = 0;
      for (long known : old) {
        if (known != 0) {
          remember(known);
        }
      }
    }
    return true;
  }

  private void estimateFromNowOn() {
    registers = new byte[REGISTERS];
    for (long hash : hashes) {
      if (hash != 0) {
        register(hash);
      }
    }
    hashes = new long[0];
  }

  private void register(long hash) {
    int register = (int) (hash >>> REST);
    int rank = Math.min(Long.numberOfLeadingZeros(hash << PRECISION), REST) + 1;
    if (rank > registers[register]) {
      registers[register] = (byte) rank;
    }
  }

  /** Takes in what another sketch has seen; the other one stays as it is. */
  public void merge(DistinctSketch other) {
    if (other.registers.length == 0) {
      for (long hash : other.hashes) {
        if (hash != 0) {
          addHash(hash);
        }
      }
      return;
    }
    if (registers.length == 0) {
      estimateFromNowOn();
    }
    for (int i = 0; i < REGISTERS; i++) {
      registers[i] = (byte) Math.max(registers[i], other.registers[i]);
    }
  }

  public boolean isExact() {
    return registers.length == 0;
  }

  public long count() {
    return isExact() ? exact : Math.round(estimate());
  }

  private double estimate() {
    var registersOf = new int[REST + 2];
    for (byte rank : registers) {
      registersOf[rank]++;
    }
    double m = REGISTERS;
    double z = m * tau(1 - registersOf[REST + 1] / m);
    for (int rank = REST; rank >= 1; rank--) {
      z = 0.5 * (z + registersOf[rank]);
    }
    z += m * sigma(registersOf[0] / m);
    return ALPHA_INFINITY * m * m / z;
  }

  private static double sigma(double x) {
    if (x == 1) {
      return Double.POSITIVE_INFINITY;
    }
    double power = x;
    double weight = 1;
    double z = x;
    double before;
    do {
      power *= power;
      before = z;
      z += power * weight;
      weight += weight;
    } while (before != z);
    return z;
  }

  private static double tau(double x) {
    if (x == 0 || x == 1) {
      return 0;
    }
    double root = x;
    double weight = 1;
    double z = 1 - x;
    double before;
    do {
      root = Math.sqrt(root);
      before = z;
      weight *= 0.5;
      z -= (1 - root) * (1 - root) * weight;
    } while (before != z);
    return z / 3;
  }

  /** About how much heap it holds. */
  public long bytes() {
    return 64 + 8L * hashes.length + registers.length;
  }

  @Override
  public String toString() {
    return (isExact() ? "" : "about ") + count() + " different";
  }

  /** The same values in a sketch of its own. */
  public DistinctSketch copy() {
    var copy = new DistinctSketch();
    copy.hashes = Arrays.copyOf(hashes, hashes.length);
    copy.registers = Arrays.copyOf(registers, registers.length);
    copy.exact = exact;
    return copy;
  }
}
