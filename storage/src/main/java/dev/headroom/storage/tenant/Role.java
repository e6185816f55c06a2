package dev.headroom.storage.tenant;

import java.util.Locale;

/** What a key may be used for; {@link #ADMIN} may do everything. */
public enum Role {
  INGEST,
  READ,
  ADMIN;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
