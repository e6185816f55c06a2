package dev.headroom.forecast.cost;

import dev.headroom.storage.config.YamlSection;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads a price book; {@code docs/prices.example.yaml} shows and explains every key. */
public final class PriceFile {
  private static final int MAX_PRICES = 200;
  private static final int MAX_DECIMALS = 8;
  private static final String EXAMPLE = "prices.example.yaml";

  /** The book used when none is configured: list prices to try with, no quote. */
  public static PriceBook example() {
    try (InputStream in = PriceFile.class.getResourceAsStream(EXAMPLE)) {
      if (in == null) {
        throw new IllegalStateException(EXAMPLE + " is missing from the program");
      }
      return parse(EXAMPLE, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param file the name used in messages
   * @throws HeadroomException INVALID with file, line and key
   */
  public static PriceBook parse(String file, String text) {
    YamlSection yaml = YamlSection.parse(file, text);
    String id = yaml.requireText("id");
    Currency currency = required(yaml, "currency", yaml.value("currency", PriceFile::currency));
    int coin = Math.max(0, currency.getDefaultFractionDigits());
    int decimals = yaml.value("decimals", digits -> decimals(digits, coin)).orElse(coin);
    String source = yaml.requireText("source");
    LocalDate recordedAt = required(yaml, "recorded_at", date(yaml, "recorded_at"));
    List<PriceBook.Tier> tiers = tiers(yaml);
    List<YamlSection> entries = yaml.sections("prices");
    if (entries.isEmpty() || entries.size() > MAX_PRICES) {
      throw yaml.invalid("prices", "must hold 1 to " + MAX_PRICES + " prices");
    }
    List<Price> prices = new ArrayList<>();
    for (YamlSection entry : entries) {
      Price price = price(entry, tiers);
      checkAgainst(entry, price, prices);
      prices.add(price);
    }
    yaml.finish();
    return new PriceBook(
        id, fingerprint(text), currency, decimals, source, recordedAt, tiers, prices);
  }

  private static Price price(YamlSection yaml, List<PriceBook.Tier> tiers) {
    String name = yaml.requireText("name");
    Meter meter = required(yaml, "meter", yaml.value("meter", Meter::parse));
    PriceUnit unit = required(yaml, "unit", yaml.value("unit", PriceUnit::parse));
    if (!unit.fits(meter)) {
      throw yaml.invalid("unit", unit.label() + " does not count meter " + meter.label());
    }
    Optional<String> tier = yaml.text("tier");
    if (tier.isPresent() && meter != Meter.STORED) {
      throw yaml.invalid("tier", "only stored bytes have tiers");
    }
    if (tier.isPresent() && tiers.stream().noneMatch(t -> t.name().equals(tier.get()))) {
      throw yaml.invalid("tier", "\"" + tier.get() + "\" is not among tiers");
    }
    LocalDate from = required(yaml, "valid_from", date(yaml, "valid_from"));
    Optional<LocalDate> to = date(yaml, "valid_to");
    if (to.isPresent() && !to.get().isAfter(from)) {
      throw yaml.invalid("valid_to", "must be after valid_from; it is the first day no longer");
    }
    return new Price(name, meter, unit, tier, steps(yaml), from, to);
  }

  private static List<Price.Step> steps(YamlSection yaml) {
    Optional<BigDecimal> single = yaml.value("price", PriceFile::amount);
    List<YamlSection> entries = yaml.sections("graduated");
    if (single.isPresent() == !entries.isEmpty()) {
      throw yaml.invalid("name", "needs either price or graduated");
    }
    if (single.isPresent()) {
      return List.of(new Price.Step(Optional.empty(), single.get()));
    }
    List<Price.Step> steps = new ArrayList<>();
    BigDecimal from = BigDecimal.ZERO;
    for (int i = 0; i < entries.size(); i++) {
      YamlSection entry = entries.get(i);
      Optional<BigDecimal> upTo = entry.value("up_to", PriceFile::amount);
      if (upTo.isPresent() == (i == entries.size() - 1)) {
        throw entry.invalid("price", "every step but the last needs up_to, and the last has none");
      }
      if (upTo.isPresent() && upTo.get().compareTo(from) <= 0) {
        throw entry.invalid("up_to", "must be above the step before");
      }
      from = upTo.orElse(from);
      BigDecimal price = required(entry, "price", entry.value("price", PriceFile::amount));
      steps.add(new Price.Step(upTo, price));
    }
    return steps;
  }

  private static void checkAgainst(YamlSection yaml, Price price, List<Price> earlier) {
    for (Price other : earlier) {
      if (!other.name().equals(price.name())) {
        continue;
      }
      if (other.meter() != price.meter() || !other.tier().equals(price.tier())) {
        throw yaml.invalid("name", "has another meter or tier above; use another name");
      }
      if (other.overlaps(price)) {
        throw yaml.invalid("valid_from", "overlaps an earlier price of the same name");
      }
    }
  }

  private static List<PriceBook.Tier> tiers(YamlSection yaml) {
    List<PriceBook.Tier> tiers = new ArrayList<>();
    for (YamlSection entry : yaml.sections("tiers")) {
      String name = entry.requireText("name");
      int from = entry.value("from_age", PriceFile::days).orElse(0);
      boolean isModelled = entry.bool("modelled").orElse(!tiers.isEmpty());
      if (tiers.isEmpty() != (from == 0)
          || (!tiers.isEmpty() && from <= tiers.getLast().fromAgeDays())) {
        throw entry.invalid("from_age", "tiers must start at 0d and ascend");
      }
      tiers.add(new PriceBook.Tier(name, from, isModelled));
    }
    return tiers.isEmpty() ? List.of(new PriceBook.Tier("hot", 0, false)) : tiers;
  }

  private static int days(String text) {
    Duration age = dev.headroom.storage.config.Units.duration(text);
    if (age.toHours() % 24 != 0 || age.toDays() > 36_500) {
      throw new IllegalArgumentException("must be whole days");
    }
    return (int) age.toDays();
  }

  private static BigDecimal amount(String text) {
    BigDecimal amount;
    try {
      amount = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a decimal number like 0.023", e);
    }
    if (amount.signum() < 0 || amount.precision() - amount.scale() > 15 || amount.scale() > 30) {
      throw new IllegalArgumentException("must be from 0 to 10^15 with at most 30 decimals");
    }
    return amount;
  }

  private static Currency currency(String text) {
    try {
      return Currency.getInstance(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be an ISO 4217 code like USD", e);
    }
  }

  private static int decimals(String text, int coin) {
    int decimals = Integer.parseInt(text);
    if (decimals < coin || decimals > MAX_DECIMALS) {
      throw new IllegalArgumentException("must be " + coin + " to " + MAX_DECIMALS);
    }
    return decimals;
  }

  private static Optional<LocalDate> date(YamlSection yaml, String key) {
    return yaml.value(key, LocalDate::parse);
  }

  private static <T> T required(YamlSection yaml, String key, Optional<T> value) {
    return value.orElseThrow(() -> new MissingKey(yaml, key).error());
  }

  /** Lets the section word the error, with the place that it knows. */
  private record MissingKey(YamlSection yaml, String key) {
    HeadroomException error() {
      try {
        yaml.requireText(key);
      } catch (HeadroomException e) {
        return e;
      }
      return yaml.invalid(key, "is missing");
    }
  }

  private static String fingerprint(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private PriceFile() {}
}
