package dev.headroom.server.cli;

import dev.headroom.server.DirectoryCheck;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.verify.VerifyReport;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headroom verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Read every checksum of a data directory that no server uses, and hold the ledger against the"
          + " disk."
    },
    footer = {"", "Exit status: 0 when all is sound, 1 when something is damaged."})
final class VerifyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Data directory of a stopped server.")
  private Path data = Path.of("");

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (!Files.isDirectory(data)) {
      throw HeadroomException.invalid("no data directory " + data);
    }
    DirectoryCheck.Outcome outcome = DirectoryCheck.run(data);
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(json(outcome));
    } else {
      print(outcome, out);
    }
    return outcome.isSound() ? 0 : HeadroomCommand.FAILED;
  }

  private static void print(DirectoryCheck.Outcome outcome, PrintWriter out) {
    VerifyReport report = outcome.files();
    out.printf(
        Locale.ROOT,
        "read %,d files, %,d bytes, %,d WAL frames%n",
        report.files(),
        report.bytes(),
        report.walFrames());
    report.notes().forEach(note -> out.println("note: " + Terminal.safe(note)));
    for (VerifyReport.Problem problem : report.problems()) {
      out.println("DAMAGED " + Terminal.safe(problem.file() + ": " + problem.what()));
    }
    outcome
        .ledger()
        .ifPresentOrElse(
            ledger -> {
              out.printf(
                  Locale.ROOT,
                  "ledger: %,d bytes stored + %,d overhead = %,d; on disk %,d%n",
                  ledger.storedBytes(),
                  ledger.overheadBytes(),
                  ledger.ledgerBytes(),
                  ledger.diskBytes());
              ledger
                  .differences()
                  .forEach(
                      d ->
                          out.printf(
                              Locale.ROOT,
                              "DIFFERS %s: ledger %,d bytes, disk %,d%n",
                              Terminal.safe(d.item()),
                              d.ledgerBytes(),
                              d.diskBytes()));
            },
            () ->
                out.println(
                    report.isSound()
                        ? "ledger: not compared, as the last stop was not an orderly one; start and"
                            + " stop the server, then verify again"
                        : "ledger: not compared, because of the damage above"));
    out.println(outcome.isSound() ? "sound" : "NOT sound");
  }

  private static String json(DirectoryCheck.Outcome outcome) {
    VerifyReport report = outcome.files();
    return JsonText.of(
        g -> {
          g.writeStartObject();
          g.writeBooleanField("sound", outcome.isSound());
          g.writeNumberField("files", report.files());
          g.writeNumberField("bytes", report.bytes());
          g.writeNumberField("walFrames", report.walFrames());
          g.writeArrayFieldStart("problems");
          for (VerifyReport.Problem problem : report.problems()) {
            g.writeStartObject();
            g.writeStringField("file", problem.file());
            g.writeStringField("problem", problem.what());
            g.writeEndObject();
          }
          g.writeEndArray();
          g.writeArrayFieldStart("notes");
          for (String note : report.notes()) {
            g.writeString(note);
          }
          g.writeEndArray();
          if (outcome.ledger().isPresent()) {
            g.writeObjectFieldStart("ledger");
            g.writeNumberField("storedBytes", outcome.ledger().get().storedBytes());
            g.writeNumberField("overheadBytes", outcome.ledger().get().overheadBytes());
            g.writeNumberField("diskBytes", outcome.ledger().get().diskBytes());
            g.writeBooleanField("agrees", outcome.ledger().get().agrees());
            g.writeEndObject();
          }
          g.writeEndObject();
        });
  }
}
