package dev.headroom.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headroom report capacity|cost}. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Print a capacity or a cost report of a server.",
    subcommands = {ReportCommand.Capacity.class, ReportCommand.Cost.class},
    synopsisSubcommandLabel = "(capacity | cost)")
final class ReportCommand implements Runnable {
  /** How a report is written. */
  enum Format {
    TEXT,
    JSON,
    CSV,
    HTML;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec command = Objects.requireNonNull(spec);
    command.commandLine().usage(command.commandLine().getOut());
  }

  /** Where a report goes, and how it is written. */
  static final class Output {
    @Mixin private ServerOptions server = new ServerOptions();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = "text, json, csv or html (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    @Option(
        names = "--output",
        paramLabel = "FILE",
        description = "Write to a file instead of standard output.")
    private @Nullable Path file;

    void print(String path, Map<String, String> parameters, PrintWriter out) {
      Format wanted = json ? Format.JSON : format;
      parameters.put("format", wanted.label());
      if (wanted == Format.TEXT) {
        parameters.put("width", Integer.toString(Terminal.columns()));
      }
      try (ApiClient client = server.open()) {
        byte[] report = client.get(path, parameters);
        if (file == null) {
          out.println(new String(report, UTF_8).stripTrailing());
        } else {
          Files.write(file, report);
        }
      } catch (IOException e) {
        throw HeadroomException.invalid("cannot write " + file + ": " + e.getMessage());
      }
    }
  }

  @Command(
      name = "capacity",
      mixinStandardHelpOptions = true,
      description = "Which resource runs out when, and what to order by which date.")
  static final class Capacity implements Runnable {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private Output output = new Output();

    @Option(
        names = "--horizon",
        paramLabel = "DAYS",
        defaultValue = "90d",
        description = "How far ahead (default: ${DEFAULT-VALUE}).")
    private String horizon = "";

    @Override
    public void run() {
      var parameters = new LinkedHashMap<String, String>();
      parameters.put("horizon", horizon);
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      output.print("/headroom/v1/capacity/report", parameters, out);
    }
  }

  @Command(
      name = "cost",
      mixinStandardHelpOptions = true,
      description = "What keeping each stream will cost, month by month.")
  static final class Cost implements Runnable {
    @Spec private @Nullable CommandSpec spec;
    @Mixin private Output output = new Output();

    @Option(
        names = "--months",
        paramLabel = "N",
        defaultValue = "3",
        description = "How many months ahead (default: ${DEFAULT-VALUE}).")
    private int months;

    @Override
    public void run() {
      var parameters = new LinkedHashMap<String, String>();
      parameters.put("months", Integer.toString(months));
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      output.print("/headroom/v1/cost/report", parameters, out);
    }
  }
}
