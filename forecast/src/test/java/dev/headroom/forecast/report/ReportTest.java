package dev.headroom.forecast.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.forecast.capacity.CapacityConfig;
import dev.headroom.forecast.capacity.ResourceFile;
import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.StreamKey;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A whole fleet through the real engine, and what its reports say. */
class ReportTest {
  private static final Fleet FLEET = new Fleet();
  private static final Report CAPACITY = capacity(FLEET, CapacityConfig.DEFAULT);
  private static final Report COST = cost(FLEET, CostReport.By.STREAM);

  private static Report capacity(Fleet fleet, CapacityConfig config) {
    return CapacityReport.of(
        Fleet.TENANT,
        fleet
            .capacity(config)
            .plan(Fleet.TENANT, Fleet.NOW, 90, Deadline.after(Duration.ofMinutes(2))));
  }

  private static Report cost(Fleet fleet, CostReport.By by) {
    return CostReport.of(
        fleet.cost().plan(Fleet.TENANT, Fleet.NOW, 3, Deadline.after(Duration.ofMinutes(2))), by);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void theAnswerComesFirstInWords() {
    List<String> sentences = CAPACITY.headlines().stream().map(Report.Headline::text).toList();
    assertEquals(3, sentences.size(), sentences.toString());
    assertEquals(
        "CPU of web-1 is at or above its target of 80 % of 16 cores: 13.1 cores in use",
        sentences.getFirst());
    // 330 GiB growing 1.05 GiB a day for 120 days: 500 GiB are full some 42 days from now
    assertTrue(
        sentences
            .get(2)
            .matches(
                "/var on db-2 fills between \\d+ Jan and \\d+ Jan 2027; order by 1[0-9] Dec 2026"),
        sentences.get(2));
    assertTrue(
        CAPACITY.headlines().get(2).detail().contains("Lead time 10 working days, review 5"),
        CAPACITY.headlines().get(2).detail());
  }

  @Test
  void theSameInputsGiveTheSameBytes() {
    Report again = capacity(new Fleet(), CapacityConfig.DEFAULT);
    assertArrayEquals(JsonRenderer.render(CAPACITY), JsonRenderer.render(again));
    assertArrayEquals(CsvRenderer.render(CAPACITY), CsvRenderer.render(again));
    assertEquals(HtmlRenderer.render(CAPACITY), HtmlRenderer.render(again));
    Report cost = cost(new Fleet(), CostReport.By.STREAM);
    assertArrayEquals(JsonRenderer.render(COST), JsonRenderer.render(cost));
    assertEquals(HtmlRenderer.render(COST), HtmlRenderer.render(cost));
  }

  @Test
  void jsonNamesWhatLiesBeyondTheHorizonAndWhatIsMissing() {
    String json = text(JsonRenderer.render(CAPACITY));
    assertTrue(json.startsWith("{\"report\":\"capacity\",\"title\":\"Capacity report\",\"asOf\":"));
    assertTrue(json.contains("\"asOf\":\"2026-11-23T14:05:00Z\",\"tenant\":\"default\""), json);
    assertTrue(json.contains("\"early\":null,\"median\":null,\"late\":null,"), json);
    assertTrue(json.contains("\"beyondHorizon\":[\"early\",\"median\",\"late\""), json);
    assertTrue(
        json.contains(
            "\"missing\":{\"early\":\"not enough data yet: 2 hours of history; 14 days are"
                + " needed\""),
        json);
    assertTrue(json.contains("\"limit\":{\"value\":536870912000,\"unit\":\"B\"}"), json);
    assertTrue(json.contains("\"partial\":false"), json);
  }

  @Test
  void csvHasARowAResourceWithMethodAndDataRange() {
    List<String> lines = text(CsvRenderer.render(CAPACITY)).lines().toList();
    assertTrue(
        lines.getFirst().startsWith("resource,usage,limit,used,headroom,early,median,late,"));
    assertTrue(lines.getFirst().contains(",method,dataFrom,dataTo,horizonDays,testedDays,"));
    assertEquals(8, lines.size());
    String own = lines.getLast();
    assertTrue(own.startsWith("/data on this host,322122547200,536870912000,,,,,,"), own);
    assertTrue(own.contains(",not planned,not enough data yet: 2 hours of history; 14 days"), own);
  }

  @Test
  void moneyOfTheCsvAddsUpToItsTotals() {
    BigDecimal parts = BigDecimal.ZERO;
    BigDecimal totals = BigDecimal.ZERO;
    for (String line : text(CsvRenderer.render(COST)).lines().skip(1).toList()) {
      List<String> fields = List.of(line.split(",", -1));
      BigDecimal expected = new BigDecimal(fields.get(3));
      if (fields.getFirst().equals("total")) {
        totals = totals.add(expected);
      } else {
        parts = parts.add(expected);
      }
    }
    assertEquals(totals, parts);
    assertTrue(totals.signum() > 0);
  }

  @Test
  void costReportsHaveTheSameTotalInEveryCut() {
    String total = COST.headlines().getFirst().text();
    assertTrue(
        total.matches("USD [0-9.,]+ expected for Dec 2026 to Feb 2027; high \\(P90\\) USD .*"),
        total);
    assertEquals(total, cost(FLEET, CostReport.By.SERVICE).headlines().getFirst().text());
    assertEquals(total, cost(FLEET, CostReport.By.MONTH).headlines().getFirst().text());
    assertEquals("22 of 30 days are measured: ", COST.headlines().get(1).detail().substring(0, 28));
  }

  @Test
  void unallocatedBytesStandInTheReport() {
    String page = HtmlRenderer.render(COST);
    assertTrue(page.contains("<td>unallocated</td>"), page);
    // 3 GB at 0.08 a GB-month
    assertTrue(page.contains("<td>unallocated</td><td class=\"number\">0.24</td>"), page);
    assertTrue(page.contains("list prices, example"), page);
  }

  @Test
  void textFitsTheTerminal() {
    for (int width : new int[] {80, 100, 120}) {
      for (Report report : List.of(CAPACITY, COST)) {
        TextRenderer.render(report, width)
            .lines()
            .forEach(line -> assertTrue(line.length() <= width, line.length() + ": " + line));
      }
    }
    assertTrue(TextRenderer.render(CAPACITY, 100).contains("> 90 days"));
    assertTrue(
        TextRenderer.render(CAPACITY, 100)
            .contains("– /data on this host: not enough data yet: 2 hours of history"));
  }

  @Test
  void pagesLoadNothingAndRunNothing() {
    for (Report report : List.of(CAPACITY, COST)) {
      String page = HtmlRenderer.render(report);
      assertFalse(page.contains("<script"), page);
      assertFalse(page.contains("src="), page);
      assertFalse(page.contains("href="), page);
      assertFalse(page.contains("url("), page);
      assertTrue(page.contains("@media print"), page);
    }
  }

  @Test
  void namesFromOutsideAreEscapedAndNoFormulas() {
    Fleet fleet = new Fleet();
    StreamKey evil = new StreamKey(Fleet.TENANT, "=cmd|' /C calc'!A0<script>alert(1)</script>");
    fleet.usage.receive(evil, Fleet.TODAY.minusDays(1), new FlowTotals(1, 9_000_000_000L, 1, 0));
    Report cost = cost(fleet, CostReport.By.STREAM);
    assertFalse(HtmlRenderer.render(cost).contains("<script"));
    assertTrue(HtmlRenderer.render(cost).contains("&lt;script&gt;"));
    String csv = text(CsvRenderer.render(cost));
    assertTrue(csv.contains(",'=cmd|' /C calc'"), csv);
    assertEquals("'-1", CsvRenderer.guarded("-1"));
    assertEquals("'@x", CsvRenderer.guarded("@x"));
    assertEquals("plain", CsvRenderer.guarded("plain"));
  }

  @Test
  void anEmptyInstallationSaysWhatToDo() {
    Fleet empty = new Fleet(false);
    Report capacity = capacity(empty, CapacityConfig.DEFAULT);
    assertEquals("No resource is measured yet", capacity.headlines().getFirst().text());
    Report cost = cost(empty, CostReport.By.STREAM);
    assertTrue(
        cost.headlines().getFirst().text().startsWith("USD 0."), cost.headlines().toString());
    assertTrue(HtmlRenderer.render(cost).contains("By month"));
    assertTrue(HtmlRenderer.render(capacity).contains("Capacity report"));
  }

  @Test
  void aResourceThatCannotBeReadStandsAtTheEnd() {
    CapacityConfig config =
        ResourceFile.parse(
            "r.yaml", "resources: [{name: pool, usage: nothing, capacity: 5, unit: slots}]");
    Report report = capacity(FLEET, config);
    assertTrue(
        text(CsvRenderer.render(report)).lines().toList().getLast().startsWith("pool,"),
        text(CsvRenderer.render(report)));
  }
}
