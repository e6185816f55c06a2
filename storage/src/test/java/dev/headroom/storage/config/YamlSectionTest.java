package dev.headroom.storage.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.HeadroomException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class YamlSectionTest {
  @Test
  void readsScalarsListsAndSections() {
    var yaml =
        YamlSection.parse(
            "a.yaml",
            "age: 30d\nsize: 64MiB\non: true\nnested:\n  x: 1.5\nitems:\n- n: a\n- n: b\n");
    assertEquals(Duration.ofDays(30), yaml.duration("age").orElseThrow());
    assertEquals(64L << 20, yaml.bytes("size").orElseThrow());
    assertTrue(yaml.bool("on").orElseThrow());
    assertEquals("1.5", yaml.section("nested").decimal("x").orElseThrow().toString());
    assertEquals(
        List.of("a", "b"),
        yaml.sections("items").stream().map(item -> item.requireText("n")).toList());
    yaml.finish();
  }

  @Test
  void unknownKeyIsRefusedByNameAndLine() {
    var yaml = YamlSection.parse("a.yaml", "http: x\nserver:\n  port: 1\n  prot: 2\n");
    yaml.text("http");
    yaml.section("server").integer("port");
    assertEquals(
        "a.yaml:4: unknown key \"server.prot\"; known here: port",
        assertThrows(HeadroomException.class, yaml::finish).getMessage());
  }

  @Test
  void errorsNameFileLineAndKey() {
    check("a: 1\na: 2\n", y -> {}, "a.yaml:2: key \"a\" is there twice");
    check("- 1\n", y -> {}, "a.yaml:1: the file must be a mapping (key: value)");
    check(
        "x: 1\nage: 30 days\n",
        y -> y.duration("age"),
        "a.yaml:2: age: \"30 days\": must be a number and one of ms s m h d w, like 30d");
    check("on: yes\n", y -> y.bool("on"), "a.yaml:1: on: \"yes\": must be true or false");
    check("x: 1\n", y -> y.requireText("name"), "a.yaml:1: name is missing");
    check("x: {a: 1}\n", y -> y.text("x"), "a.yaml:1: x: must be a single value");
    check("x: 3\n", y -> y.sections("x"), "a.yaml:1: x: must be a list");
  }

  @Test
  void brokenYamlNamesTheLine() {
    String message =
        String.valueOf(
            assertThrows(
                    HeadroomException.class, () -> YamlSection.parse("a.yaml", "a: 1\nb: [1,\n"))
                .getMessage());
    assertTrue(message.startsWith("a.yaml:3: "), message);
  }

  @Test
  void emptyFileIsAnEmptySection() {
    YamlSection.parse("a.yaml", "# nothing\n").finish();
  }

  private static void check(
      String text, java.util.function.Consumer<YamlSection> read, String message) {
    assertEquals(
        message,
        assertThrows(HeadroomException.class, () -> read.accept(YamlSection.parse("a.yaml", text)))
            .getMessage());
  }
}
