package dev.headroom.forecast.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PriceFileTest {
  private static final String HEAD =
      "id: b\ncurrency: EUR\nsource: test\nrecorded_at: 2026-01-01\nprices:\n";
  private static final String ONE =
      "- {name: s, meter: stored, unit: GB-month, price: 0.1, valid_from: 2026-01-01}\n";

  @Test
  void theShippedExampleIsTheDocumentedOne() throws IOException {
    String text = Files.readString(Path.of("../docs/prices.example.yaml"));
    PriceBook documented = PriceFile.parse("prices.example.yaml", text);
    assertEquals(documented, PriceFile.example());
    assertTrue(documented.version().startsWith("example-2026-11 ("));
    assertEquals(2, documented.decimals());
  }

  @Test
  void unitPricesKeepTenDecimals() {
    PriceBook book = PriceFile.parse("p.yaml", HEAD + ONE);
    Price price = book.prices().getFirst();
    assertEquals(10, price.steps().getFirst().price().scale());
    assertTrue(price.isValidOn(LocalDate.parse("2026-01-01")));
    assertTrue(!price.isValidOn(LocalDate.parse("2025-12-31")));
  }

  @Test
  void smallInstallationsMayRoundToPartsOfACoin() {
    String head = HEAD.replace("prices:", "decimals: 6\nprices:");
    assertEquals(6, PriceFile.parse("p.yaml", head + ONE).decimals());
    check(
        head.replace("decimals: 6", "decimals: 1") + ONE,
        "p.yaml:5: decimals: \"1\": must be 2 to 8");
  }

  @Test
  void anEditedBookIsAnotherVersion() {
    assertNotEquals(
        PriceFile.parse("p.yaml", HEAD + ONE).version(),
        PriceFile.parse("p.yaml", HEAD + ONE.replace("0.1", "0.2")).version());
  }

  @Test
  void graduatedStepsAddUp() {
    String text =
        HEAD
            + "- {name: s, meter: stored, unit: GB-month, valid_from: 2026-01-01, graduated:"
            + " [{up_to: 10, price: 3}, {up_to: 20, price: 2}, {price: 1}]}\n";
    Price price = PriceFile.parse("p.yaml", text).prices().getFirst();
    assertEquals(0, new BigDecimal("15").compareTo(price.cost(new BigDecimal("5"))));
    assertEquals(0, new BigDecimal("40").compareTo(price.cost(new BigDecimal("15"))));
    assertEquals(0, new BigDecimal("55").compareTo(price.cost(new BigDecimal("25"))));
  }

  @Test
  void errorsNameFileLineAndKey() {
    check("", "p.yaml:1: id is missing");
    check(HEAD.replace("EUR", "Euro") + ONE, "p.yaml:2: currency: \"Euro\": must be an ISO 4217");
    check(HEAD + ONE + ONE, "p.yaml:7: prices[1].valid_from: overlaps an earlier price");
    check(HEAD + ONE.replace("0.1", "-1"), "p.yaml:6: prices[0].price: \"-1\": must be from 0");
    check(HEAD + ONE.replace("GB-month", "GB"), "p.yaml:6: prices[0].unit: GB does not count");
    check(HEAD + ONE.replace("stored", "kept"), "p.yaml:6: prices[0].meter: \"kept\": must be");
    check(HEAD + ONE.replace("price: 0.1, ", ""), "p.yaml:6: prices[0].name: needs either price");
    check(HEAD + ONE.replace("name", "nmae"), "p.yaml:6: prices[0].name is missing");
    check(HEAD + ONE.replace("}", ", vat: 19}"), "p.yaml:6: unknown key \"prices[0].vat\"");
    check(
        HEAD + ONE.replace("}", ", valid_to: 2025-01-01}"),
        "p.yaml:6: prices[0].valid_to: must be after");
    check(
        HEAD + ONE.replace("}", ", tier: frozen}"),
        "p.yaml:6: prices[0].tier: \"frozen\" is not among tiers");
    check(
        "tiers: [{name: a, from_age: 3d}]\n" + HEAD + ONE,
        "p.yaml:1: tiers[0].from_age: tiers must start at 0d");
    check(
        HEAD
            + "- {name: s, meter: stored, unit: GB-month, valid_from: 2026-01-01, graduated:"
            + " [{up_to: 10, price: 3}]}\n",
        "p.yaml:6: prices[0].graduated[0].price: every step but the last needs up_to");
  }

  private static void check(String text, String start) {
    String message =
        String.valueOf(
            assertThrows(HeadroomException.class, () -> PriceFile.parse("p.yaml", text))
                .getMessage());
    assertTrue(message.startsWith(start), message);
  }
}
