package dev.headroom.server.cli;

import dev.headroom.storage.model.HeadroomException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      SearchCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      KeysCommand.class,
      ForecastBenchCommand.class,
      VersionCommand.class,
      TrainCommand.class,
      AutoComplete.GenerateCompletion.class
    },
    footer = {
      "",
      "Start with:  headroom demo",
      "Completion:  source <(headroom generate-completion)",
      ""
    })
public final class HeadroomCommand implements Runnable {
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  /** Lucene would warn at each start that it does without the incubating vector module. */
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  /** Commands that run a server log what happens; the others only what went wrong. */
  private static final List<String> SERVERS = List.of("serve");

  /** Runs a command line and returns the exit status: 0, 1 when it failed, 2 for wrong usage. */
  public static int run(String[] args) {
    boolean serves = args.length > 0 && SERVERS.contains(args[0]);
    if (System.getProperty("headroom.log.level") == null) {
      System.setProperty("headroom.log.level", serves ? "INFO" : "ERROR");
    }
    LUCENE.setLevel(Level.SEVERE);
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new HeadroomCommand())
        .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(HeadroomCommand::tell)
        .setParameterExceptionHandler(HeadroomCommand::tellUsage);
  }

  /** Without a command there is only one thing to say. */
  @Override
  public void run() {
    commandLine().usage(System.out);
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
