package dev.headroom.server.cli;

import dev.headroom.forecast.backtest.ForecastBench;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code headroom forecast-bench}. */
@Command(
    name = "forecast-bench",
    mixinStandardHelpOptions = true,
    description = "Forecast every series of a benchmark folder and write the forecasts as CSV.")
final class ForecastBenchCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "DATA_DIR", description = "Folder with series.csv.gz.")
  private Path data = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT.csv", description = "File to write.")
  private Path out = Path.of("");

  @Override
  public void run() {
    PrintWriter progress = Objects.requireNonNull(spec).commandLine().getErr();
    try {
      ForecastBench.run(data, out, progress);
    } catch (IOException e) {
      throw HeadroomException.invalid("forecast-bench: " + e.getMessage());
    }
  }
}
