package dev.headroom.storage.tenant;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.util.Set;

/** Who asks: the tenant whose data may be touched, and what may be done with it. */
public record Principal(TenantId tenant, String name, Set<Role> roles) {
  public Principal {
    roles = Set.copyOf(roles);
  }

  /** The principal of every request while authentication is off. */
  public static Principal anonymous(TenantId tenant) {
    return new Principal(tenant, "anonymous", Set.of(Role.ADMIN));
  }

  public boolean may(Role role) {
    return roles.contains(role) || roles.contains(Role.ADMIN);
  }

  /**
   * @throws HeadroomException FORBIDDEN when this principal lacks the role
   */
  public Principal require(Role role) {
    if (!may(role)) {
      throw new HeadroomException(
          ErrorCategory.FORBIDDEN, "this key lacks the role " + role.label());
    }
    return this;
  }
}
