package dev.headroom.storage.model;

/** A stream inside its tenant: the unit of retention, ownership and cost. */
public record StreamKey(TenantId tenant, String name) {
  /** Where records go past a tenant's limit of streams. */
  public static final String OVERFLOW = "overflow";

  /** The stream of a record that names none. */
  public static final String DEFAULT = "default";

  /** The stream of Headroom's own series. */
  public static final String SELF = "headroom";

  /** Longest stream name, in UTF-8 bytes. */
  public static final int MAX_BYTES = 256;
}
