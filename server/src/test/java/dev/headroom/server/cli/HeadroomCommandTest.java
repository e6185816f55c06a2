package dev.headroom.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A command line that names a command builds only that one; nobody must be able to tell. */
class HeadroomCommandTest {
  private final Map<String, CommandLine> all = HeadroomCommand.commandLine("").getSubcommands();

  @Test
  void withoutACommandThereAreAll() {
    assertEquals(
        Set.of(
            "demo",
            "serve",
            "search",
            "report",
            "verify",
            "keys",
            "forecast-bench",
            "version",
            "train",
            "generate-completion"),
        all.keySet());
    assertEquals(all.keySet(), subcommands("--help"));
    assertEquals(all.keySet(), subcommands("serv"));
    assertEquals(all.keySet(), subcommands("generate-completion"));
  }

  @Test
  void aNamedCommandIsTheOnlyOne() {
    for (String name : all.keySet()) {
      if (!name.equals("generate-completion")) {
        assertEquals(Set.of(name), subcommands(name));
      }
    }
  }

  @Test
  void itsNameAndItsHelpAreTheSameAsAmongAll() {
    all.forEach(
        (name, among) -> {
          CommandLine alone =
              Objects.requireNonNull(HeadroomCommand.commandLine(name).getSubcommands().get(name));
          assertEquals(name, alone.getCommandName());
          assertEquals("headroom " + name, alone.getCommandSpec().qualifiedName());
          assertEquals(among.getUsageMessage(), alone.getUsageMessage());
          assertTrue(alone.getUsageMessage().contains("headroom " + name), name);
        });
  }

  private static Set<String> subcommands(String first) {
    return HeadroomCommand.commandLine(first).getSubcommands().keySet();
  }
}
