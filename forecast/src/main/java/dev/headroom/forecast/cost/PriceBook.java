package dev.headroom.forecast.cost;

import java.time.LocalDate;
import java.util.Currency;
import java.util.List;

/**
 * Unit prices with the dates they hold for. Immutable; an edited file is another version.
 *
 * @param id the file's own name for itself
 * @param fingerprint first 12 hexadecimal digits of the SHA-256 of the file's text
 * @param decimals that amounts are rounded to: the currency's smallest coin, unless the file asks
 *     for more
 * @param source where the prices come from, shown with every amount
 * @param recordedAt when somebody wrote them down
 * @param tiers youngest first; never empty
 */
public record PriceBook(
    String id,
    String fingerprint,
    Currency currency,
    int decimals,
    String source,
    LocalDate recordedAt,
    List<Tier> tiers,
    List<Price> prices) {
  public PriceBook {
    tiers = List.copyOf(tiers);
    prices = List.copyOf(prices);
  }

  /**
   * Stored bytes of one range of ages: from {@code fromAgeDays} to the next tier's.
   *
   * @param isModelled whether Headroom does not itself move data there, so that its cost is what
   *     moving it would cost
   */
  public record Tier(String name, int fromAgeDays, boolean isModelled) {}

  /** For a report: {@code example-2026-11 (1a2b3c4d5e6f)}. */
  public String version() {
    return id + " (" + fingerprint + ")";
  }

  /** Age in days from which each tier counts. */
  int[] tierStarts() {
    return tiers.stream().mapToInt(Tier::fromAgeDays).toArray();
  }
}
