package dev.headroom.query.http;

import dev.headroom.query.lang.SearchRequest;
import dev.headroom.storage.model.TenantId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Scrolls that are open: a search and the place behind its last page. There are so many at most;
 * one that is not asked for within its time is closed. Safe for any thread.
 */
final class OpenScrolls {
  static final int MAX_OPEN = 500;
  static final Duration MAX_KEPT = Duration.ofDays(1);

  private static final int ID_BYTES = 16;

  /**
   * @param request the next page
   * @param total hits that there were at the start
   */
  record Scroll(
      TenantId tenant,
      IndexNames indices,
      SearchRequest request,
      long total,
      boolean totalIsExact,
      Instant closesAt) {}

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Scroll> open = new HashMap<>();

  OpenScrolls(InstantSource clock) {
    this.clock = clock;
  }

  /** When one that is kept so long from now on closes. */
  Instant closesAfter(Duration kept) {
    return clock.instant().plus(kept);
  }

  synchronized String open(Scroll scroll) {
    Instant now = clock.instant();
    open.values().removeIf(one -> one.closesAt().isBefore(now));
    if (open.size() >= MAX_OPEN) {
      throw new ElasticException(
          429,
          "too_many_scroll_contexts_exception",
          "Trying to create too many scroll contexts. Must be less than or equal to: ["
              + MAX_OPEN
              + "]. Close those that are done with, or use [search_after]",
          null);
    }
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open.put(id, scroll);
    return id;
  }

  synchronized Scroll get(TenantId tenant, String id) {
    Scroll scroll = open.get(id);
    if (scroll == null
        || !scroll.tenant().equals(tenant)
        || scroll.closesAt().isBefore(clock.instant())) {
      throw new ElasticException(
          404,
          "search_context_missing_exception",
          "No search context found for id [" + id + "]",
          null);
    }
    return scroll;
  }

  /** The next page of one, unless it was closed meanwhile. */
  synchronized void goOn(String id, Scroll scroll) {
    open.replace(id, scroll);
  }

  /** Returns how many of them were open. */
  synchronized int close(TenantId tenant, Collection<String> ids) {
    int before = open.size();
    for (String id : ids) {
      Scroll scroll = open.get(id);
      if (scroll != null && scroll.tenant().equals(tenant)) {
        open.remove(id);
      }
    }
    return before - open.size();
  }

  synchronized int closeAll(TenantId tenant) {
    int before = open.size();
    open.values().removeIf(scroll -> scroll.tenant().equals(tenant));
    return before - open.size();
  }
}
