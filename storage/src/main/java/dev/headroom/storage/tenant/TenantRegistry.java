package dev.headroom.storage.tenant;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The tenants of this process, at most {@value #MAX_TENANTS}; safe for any thread. */
public final class TenantRegistry {
  public static final int MAX_TENANTS = 1_000;

  private final Set<TenantId> known = ConcurrentHashMap.newKeySet();

  /**
   * @param stored tenants that hold data already
   */
  public TenantRegistry(Collection<TenantId> stored) {
    known.addAll(stored);
  }

  /**
   * The tenant, made known if it is new.
   *
   * @throws HeadroomException TENANT_LIMIT when it is new and there are too many
   */
  public TenantId admit(TenantId tenant) {
    if (!known.contains(tenant)) {
      if (known.size() >= MAX_TENANTS) {
        throw new HeadroomException(
            ErrorCategory.TENANT_LIMIT,
            "there are " + MAX_TENANTS + " tenants already; use one of them");
      }
      known.add(tenant);
    }
    return tenant;
  }
}
