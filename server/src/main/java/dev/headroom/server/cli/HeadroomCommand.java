package dev.headroom.server.cli;

import dev.headroom.storage.model.HeadroomException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code headroom}: its commands, and how their failures are told. */
@Command(
    name = "headroom",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    description = "Log ingestion and capacity planning in one process.",
    footer = {
      "",
      "Start with:  headroom demo",
      "Completion:  source <(headroom generate-completion)",
      ""
    })
public final class HeadroomCommand implements Runnable {
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  /** Its text names all the others. */
  private static final String COMPLETION = "generate-completion";

  /** Lucene would warn at each start that it does without the incubating vector module. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  /** Commands that run a server log what happens; the others only what went wrong. */
  private static final List<String> SERVERS = List.of("serve");

  /**
   * In the order of the help. A command line that names one of them builds no other: the
   * annotations of them all take longer to read than a server to start.
   */
  private static final List<Entry<String, Class<?>>> COMMANDS =
      List.of(
          Map.entry("demo", DemoCommand.class),
          Map.entry("serve", ServeCommand.class),
          Map.entry("search", SearchCommand.class),
          Map.entry("report", ReportCommand.class),
          Map.entry("verify", VerifyCommand.class),
          Map.entry("keys", KeysCommand.class),
          Map.entry("forecast-bench", ForecastBenchCommand.class),
          Map.entry("version", VersionCommand.class),
          Map.entry("train", TrainCommand.class),
          Map.entry(COMPLETION, AutoComplete.GenerateCompletion.class));

  /** Runs a command line and returns the exit status: 0, 1 when it failed, 2 for wrong usage. */
  public static int run(String[] args) {
    boolean serves = args.length > 0 && SERVERS.contains(args[0]);
    if (System.getProperty("headroom.log.level") == null) {
      System.setProperty("headroom.log.level", serves ? "INFO" : "ERROR");
    }
    LUCENE.setLevel(Level.SEVERE);
    return commandLine(args.length == 0 ? "" : args[0]).execute(args);
  }

  /**
   * @param first the first word; when it is no command's name there are all of them
   */
  static CommandLine commandLine(String first) {
    var line = new CommandLine(new HeadroomCommand());
    boolean all =
        first.equals(COMPLETION) || COMMANDS.stream().noneMatch(e -> e.getKey().equals(first));
    for (Entry<String, Class<?>> command : COMMANDS) {
      if (all || command.getKey().equals(first)) {
        line.addSubcommand(command.getKey(), command.getValue());
      }
    }
    return line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(HeadroomCommand::tell)
        .setParameterExceptionHandler(HeadroomCommand::tellUsage);
  }

  /** Without a command there is only one thing to say. */
  @Override
  public void run() {
    commandLine("").usage(System.out);
  }

  private static int tell(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    if (e instanceof HeadroomException) {
      command.getErr().println("headroom: " + Terminal.safe(String.valueOf(e.getMessage())));
      return FAILED;
    }
    throw e;
  }

  private static int tellUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("headroom: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return WRONG_USAGE;
  }
}
