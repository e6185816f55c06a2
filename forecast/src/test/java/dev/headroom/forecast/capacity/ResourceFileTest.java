package dev.headroom.forecast.capacity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.forecast.series.Basis;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceFileTest {
  @Test
  void theDocumentedExampleIsValid() throws IOException {
    String text = Files.readString(Path.of("../docs/resources.example.yaml"));
    CapacityConfig config = ResourceFile.parse("resources.example.yaml", text);
    assertTrue(config.builtIn());
    assertEquals(3, config.calendar().holidays().size());
    Resource disk = config.resources().getFirst();
    assertEquals(Basis.LAST, disk.basis());
    assertEquals(0.8, disk.target());
    assertEquals(new Reserve(0, 20L << 30, 0), disk.reserve());
    assertEquals(DaySpan.working(15), disk.leadTime());
    assertEquals(Limit.USABLE, disk.actOn());
    assertEquals("data volume 7 of main", disk.nameOf(Labels.of("cluster", "main", "volume", "7")));
    Resource cpu = config.resources().get(1);
    assertEquals("cores", cpu.unit());
    assertEquals(1, cpu.reserve().nodes());
    assertEquals(Basis.P95, cpu.basis());
    Resource connections = config.resources().get(2);
    assertEquals(new Capacity.Fixed(500), connections.capacity());
    assertEquals(Basis.MAX, connections.basis());
    assertEquals(Limit.TARGET, connections.actOn());
  }

  @Test
  void anEmptyFilePlansHostsAsFound() {
    CapacityConfig config = ResourceFile.parse("r.yaml", "");
    assertEquals(List.of(), config.resources());
    assertTrue(config.builtIn());
    assertTrue(config.calendar().isWorkingDay(LocalDate.parse("2026-12-25")));
  }

  @Test
  void amountsOfBytesHaveUnits() {
    CapacityConfig config =
        ResourceFile.parse(
            "r.yaml", "resources:\n- {name: d, kind: disk, usage: u, capacity: 2TB}\n");
    assertEquals(new Capacity.Fixed(2e12), config.resources().getFirst().capacity());
  }

  @Test
  void errorsNameFileLineAndKey() {
    String head = "resources:\n- name: x\n  usage: u\n  capacity: c\n  unit: things\n";
    check(head + "  leed_time: 5d\n", "r.yaml:6: unknown key \"resources[0].leed_time\"");
    check(
        head + "  lead_time: 5 days\n",
        "r.yaml:6: resources[0].lead_time: \"5 days\": must be days like 14d");
    check(head + "  target: 120%\n", "r.yaml:6: resources[0].target: \"120%\": must be between");
    check(head + "  target: 0\n", "r.yaml:6: resources[0].target: \"0\": must be above 0%");
    check(head + "  basis: median\n", "r.yaml:6: resources[0].basis: \"median\": must be max");
    check(head + "  reserve: some\n", "r.yaml:6: resources[0].reserve: \"some\": must be a number");
    check(
        "resources:\n- {name: '{host}', usage: u, capacity: c, unit: n}\n",
        "r.yaml:2: resources[0].name: {host} is not among group_by");
    check(
        "resources:\n- {name: n, usage: u, capacity: c}\n",
        "r.yaml:2: resources[0].name: has no unit");
    check(
        "resources:\n- {name: n, usage: u, capacity: 0, unit: n}\n",
        "r.yaml:2: resources[0].capacity: must be above 0");
    check("calendar:\n  weekend: [sunday, freeday]\n", "r.yaml:2: calendar.weekend: \"freeday\"");
    check("calendar:\n  holidays: [christmas]\n", "r.yaml:2: calendar.holidays: \"christmas\"");
    check(
        head + "- name: x\n  usage: u\n  capacity: c\n  unit: n\n",
        "r.yaml:6: resources[1].name: is used by an earlier resource");
  }

  private static void check(String text, String start) {
    String message =
        String.valueOf(
            assertThrows(HeadroomException.class, () -> ResourceFile.parse("r.yaml", text))
                .getMessage());
    assertTrue(message.startsWith(start), message);
  }
}
