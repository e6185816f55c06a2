package dev.headroom.query.logql;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Addresses: one, a network ({@code 10.0.0.0/8}) or from–to ({@code 10.0.0.1-10.0.0.9}); IPv4 or
 * IPv6.
 *
 * @param bits 32 or 128
 */
record IpRange(String text, int bits, BigInteger from, BigInteger to) {
  private record Address(int bits, BigInteger value) {}

  /**
   * @throws HeadroomException INVALID for what is no address, network or range
   */
  static IpRange parse(String text) {
    String trimmed = text.strip();
    int slash = trimmed.indexOf('/');
    int dash = trimmed.indexOf('-');
    if (slash >= 0) {
      Address base = required(text, trimmed.substring(0, slash));
      String length = trimmed.substring(slash + 1);
      if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > base.bits()) {
        throw invalid(text);
      }
      int free = base.bits() - Integer.parseInt(length);
      BigInteger from = base.value().shiftRight(free).shiftLeft(free);
      BigInteger to = from.add(BigInteger.ONE.shiftLeft(free)).subtract(BigInteger.ONE);
      return new IpRange(text, base.bits(), from, to);
    }
    if (dash >= 0) {
      Address from = required(text, trimmed.substring(0, dash));
      Address to = required(text, trimmed.substring(dash + 1));
      if (from.bits() != to.bits() || from.value().compareTo(to.value()) > 0) {
        throw invalid(text);
      }
      return new IpRange(text, from.bits(), from.value(), to.value());
    }
    Address one = required(text, trimmed);
    return new IpRange(text, one.bits(), one.value(), one.value());
  }

  private static Address required(String whole, String part) {
    return address(part.strip()).orElseThrow(() -> invalid(whole));
  }

  private static HeadroomException invalid(String text) {
    return HeadroomException.invalid(
        "ip: expected an address, a network such as 10.0.0.0/8 or a range such as"
            + " 10.0.0.1-10.0.0.9, found "
            + Printable.quote(text));
  }

  boolean contains(String text) {
    Optional<Address> address = address(text);
    return address.isPresent()
        && address.get().bits() == bits
        && address.get().value().compareTo(from) >= 0
        && address.get().value().compareTo(to) <= 0;
  }

  /** Whether the line holds such an address, with no address character before or behind it. */
  boolean isIn(String line) {
    int at = 0;
    while (at < line.length()) {
      if (!isAddressChar(line.charAt(at))) {
        at++;
        continue;
      }
      int end = at;
      while (end < line.length() && isAddressChar(line.charAt(end))) {
        end++;
      }
      if (end - at <= MAX_CHARS && holds(line.substring(at, end))) {
        return true;
      }
      at = end;
    }
    return false;
  }

  /** The longest text an address has, with a port behind. */
  private static final int MAX_CHARS = 51;

  /** A word, or what is before its port or its full stop. */
  private boolean holds(String word) {
    if (contains(word)) {
      return true;
    }
    int colon = word.lastIndexOf(':');
    String stripped = word.endsWith(".") ? word.substring(0, word.length() - 1) : word;
    return colon > 0 && contains(word.substring(0, colon))
        || !stripped.equals(word) && contains(stripped);
  }

  private boolean isAddressChar(char c) {
    boolean digit = c >= '0' && c <= '9' || c == '.' || c == ':';
    return digit || bits == 128 && (c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F');
  }

  private static Optional<Address> address(String text) {
    return text.indexOf(':') >= 0 ? v6(text) : v4(text).map(value -> new Address(32, value));
  }

  private static Optional<BigInteger> v4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    long value = 0;
    for (String part : parts) {
      if (part.isEmpty()
          || part.length() > 3
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Optional.empty();
      }
      int number = Integer.parseInt(part);
      if (number > 255) {
        return Optional.empty();
      }
      value = value << 8 | number;
    }
    return Optional.of(BigInteger.valueOf(value));
  }

  private static Optional<Address> v6(String text) {
    int gap = text.indexOf("::");
    if (gap != text.lastIndexOf("::")) {
      return Optional.empty();
    }
    int[] groups = new int[8];
    if (gap < 0) {
      return fill(text, groups, 0) == 8 ? Optional.of(v6(groups)) : Optional.empty();
    }
    int[] tail = new int[8];
    int before = fill(text.substring(0, gap), groups, 0);
    int behind = fill(text.substring(gap + 2), tail, 0);
    if (before < 0 || behind < 0 || before + behind > 7) {
      return Optional.empty();
    }
    System.arraycopy(tail, 0, groups, 8 - behind, behind);
    return Optional.of(v6(groups));
  }

  /** How many groups the text has; −1 when it is none. */
  private static int fill(String text, int[] groups, int start) {
    if (text.isEmpty()) {
      return start;
    }
    int count = start;
    for (String part : text.split(":", -1)) {
      Optional<BigInteger> four = part.indexOf('.') >= 0 ? v4(part) : Optional.empty();
      if (four.isPresent() && count <= 6) {
        int value = four.get().intValue();
        groups[count++] = value >>> 16;
        groups[count++] = value & 0xffff;
      } else if (count < 8 && part.matches("[0-9a-fA-F]{1,4}")) {
        groups[count++] = Integer.parseInt(part, 16);
      } else {
        return -1;
      }
    }
    return count;
  }

  private static Address v6(int[] groups) {
    BigInteger value = BigInteger.ZERO;
    for (int group : groups) {
      value = value.shiftLeft(16).or(BigInteger.valueOf(group));
    }
    return new Address(128, value);
  }
}
