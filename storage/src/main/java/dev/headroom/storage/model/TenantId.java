package dev.headroom.storage.model;

import java.util.regex.Pattern;

/** Whose data and whose bill: {@code [A-Za-z0-9_-][A-Za-z0-9._-]{0,63}}. */
public record TenantId(String value) implements Comparable<TenantId> {
  /** The pattern has no repetition inside a repetition, so matching is linear. */
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  /**
   * The tenant of a request that names none while authentication is off; needs the pattern above.
   */
  public static final TenantId DEFAULT = new TenantId("default");

  /**
   * @throws HeadroomException ({@link ErrorCategory#INVALID}) when the text is no tenant id
   */
  public TenantId {
    if (!VALID.matcher(value).matches()) {
      throw new HeadroomException(
          ErrorCategory.INVALID,
          "tenant id must be 1 to 64 of A-Z a-z 0-9 . _ - and not start with a dot: "
              + Printable.quote(value));
    }
  }

  @Override
  public int compareTo(TenantId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
