package dev.headroom.server;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.tenant.Principal;
import io.netty.util.AttributeKey;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds out who asks before any service sees the request, and leaves the {@link Principal} with it.
 * With authentication off everyone is anonymous and the tenant is named by {@code X-Scope-OrgID};
 * with it on, both follow from the API key, wherever the protocol puts it.
 */
final class Authentication {
  private static final AttributeKey<Principal> PRINCIPAL =
      AttributeKey.valueOf("headroom.principal");

  /** Paths that answer without a key: an orchestrator's probes hold none. */
  private static final Set<String> OPEN_PATHS =
      Set.of("/health/live", "/health/ready", "/-/healthy", "/-/ready", "/ready");

  private final boolean enabled;
  private final Function<String, Optional<Principal>> keys;
  private final Function<TenantId, TenantId> admitTenant;

  /**
   * @param keys the principal of an API key
   * @param admitTenant checks a tenant named by a request while authentication is off; may refuse
   */
  Authentication(
      boolean enabled,
      Function<String, Optional<Principal>> keys,
      Function<TenantId, TenantId> admitTenant) {
    this.enabled = enabled;
    this.keys = keys;
    this.admitTenant = admitTenant;
  }

  /** The principal of a request that passed {@link #serve}. */
  static Principal principal(ServiceRequestContext context) {
    Principal principal = context.attr(PRINCIPAL);
    if (principal == null) {
      throw new IllegalStateException("route without authentication: " + context.path());
    }
    return principal;
  }

  HttpResponse serve(HttpService next, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    try {
      context.setAttr(PRINCIPAL, identify(context, request.headers()));
    } catch (HeadroomException e) {
      return ErrorBodies.answer(context.path(), e);
    }
    return next.serve(context, request);
  }

  private Principal identify(ServiceRequestContext context, RequestHeaders headers) {
    if (!enabled) {
      return Principal.anonymous(admitTenant.apply(tenantHeader(headers)));
    }
    if (OPEN_PATHS.contains(context.path())) {
      return new Principal(TenantId.DEFAULT, "probe", Set.of());
    }
    String key =
        Credentials.find(headers, context.queryParams())
            .orElseThrow(() -> unauthenticated("an API key is needed"));
    return keys.apply(key).orElseThrow(() -> unauthenticated("unknown or revoked API key"));
  }

  private static TenantId tenantHeader(RequestHeaders headers) {
    String name = headers.get("x-scope-orgid", "");
    return name.isEmpty() ? TenantId.DEFAULT : new TenantId(name);
  }

  private static HeadroomException unauthenticated(String what) {
    return new HeadroomException(
        ErrorCategory.UNAUTHENTICATED,
        what + "; send it as Authorization: Bearer, ApiKey or Basic (as the password)");
  }
}
