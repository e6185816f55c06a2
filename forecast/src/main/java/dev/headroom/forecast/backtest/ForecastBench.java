package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.ForecastOutcome;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.series.RegularSeries;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;

/**
 * Forecasts every series of a benchmark folder, so that a scorer can compare them with what came.
 * Reads {@code series.csv.gz} ({@code id, collection, kind, freq, step_seconds, seasons, start,
 * horizon, values}; values joined by {@code ;}) and writes {@code id,h,mean,lo80,hi80,lo95,hi95},
 * where mean is the median path. Of each series only its history, step and start are read: seasons
 * are found.
 */
public final class ForecastBench {
  private static final String HEADER = "id,h,mean,lo80,hi80,lo95,hi95\n";

  /** Unknown starts count as this Monday. */
  private static final LocalDate SOME_MONDAY = LocalDate.of(2024, 1, 1);

  private static final String[] COLUMNS = {"id", "step_seconds", "start", "horizon", "values"};

  /**
   * @throws IOException when the folder lacks the file, a line of it is wrong, or the answer cannot
   *     be written
   */
  public static void run(Path dataDir, Path outCsv, PrintWriter progress) throws IOException {
    long started = System.nanoTime();
    List<Task> tasks = read(dataDir.resolve("series.csv.gz"));
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("forecast-", 0).factory());
    int refused = 0;
    try (BufferedWriter out = Files.newBufferedWriter(outCsv, StandardCharsets.UTF_8)) {
      out.write(HEADER);
      List<Future<String>> rows = tasks.stream().map(task -> pool.submit(task)).toList();
      for (int i = 0; i < rows.size(); i++) {
        String text = await(rows.get(i), tasks.get(i));
        refused += text.startsWith("#") ? 1 : 0;
        if (text.startsWith("#")) {
          progress.println(tasks.get(i).id + ": " + text.substring(1));
        } else {
          out.write(text);
        }
        if ((i + 1) % 100 == 0) {
          progress.println((i + 1) + " of " + rows.size() + " series");
        }
      }
    } finally {
      pool.shutdownNow();
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    progress.printf(
        Locale.ROOT,
        "%d series in %.1f s on %d threads, %d without a forecast%n",
        tasks.size(),
        seconds,
        threads,
        refused);
    progress.flush();
  }

  private static String await(Future<String> rows, Task task) throws IOException {
    try {
      return rows.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted at series " + task.id, e);
    } catch (ExecutionException e) {
      throw new IOException("series " + task.id + ": " + e.getCause(), e);
    }
  }

  private static List<Task> read(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String first = reader.readLine();
      List<String> header = first == null ? List.of() : Arrays.asList(first.split(",", -1));
      int[] places = Arrays.stream(COLUMNS).mapToInt(header::indexOf).toArray();
      if (Arrays.stream(places).anyMatch(place -> place < 0)) {
        throw new IOException(
            file.getFileName() + ": the header lacks one of " + String.join(", ", COLUMNS));
      }
      List<Task> tasks = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        tasks.add(Task.parse(line.split(",", -1), places, file, tasks.size() + 2));
      }
      return tasks;
    }
  }

  private record Task(String id, RegularSeries series, int horizon) implements Callable<String> {
    static Task parse(String[] cells, int[] places, Path file, int line) throws IOException {
      try {
        double[] values =
            Arrays.stream(cells[places[4]].split(";", -1))
                .mapToDouble(cell -> cell.isEmpty() ? Double.NaN : Double.parseDouble(cell))
                .toArray();
        long step = Long.parseLong(cells[places[1]]) * 1_000;
        RegularSeries series = new RegularSeries(start(cells[places[2]]), step, values);
        return new Task(cells[places[0]], series, Integer.parseInt(cells[places[3]]));
      } catch (RuntimeException e) {
        throw new IOException(file.getFileName() + " line " + line + ": " + e.getMessage(), e);
      }
    }

    private static long start(String text) {
      LocalDateTime start =
          text.isEmpty()
              ? SOME_MONDAY.atStartOfDay()
              : text.length() == 10
                  ? LocalDate.parse(text).atStartOfDay()
                  : LocalDateTime.parse(text.replace(' ', 'T'));
      return start.toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /** Lines of the answer, or {@code #} and why there is none. */
    @Override
    public String call() {
      boolean isAmount = Arrays.stream(series.values()).allMatch(v -> !(v < 0));
      ForecastOptions amounts = ForecastOptions.ofAmounts(horizon);
      ForecastOptions options =
          isAmount
              ? amounts
              : new ForecastOptions(
                  horizon,
                  Double.NEGATIVE_INFINITY,
                  Double.POSITIVE_INFINITY,
                  amounts.paths(),
                  amounts.seed());
      ForecastOutcome outcome = ForecastEngine.forecast(series, options);
      return switch (outcome) {
        case NotEnoughData(String reason) -> "#" + reason;
        case Forecast forecast -> rows(forecast);
      };
    }

    private String rows(Forecast forecast) {
      double[][] columns = new double[5][];
      double[] probabilities = {0.5, 0.1, 0.9, 0.025, 0.975};
      for (int c = 0; c < columns.length; c++) {
        columns[c] = forecast.quantile(probabilities[c]);
      }
      StringBuilder rows = new StringBuilder();
      for (int h = 0; h < horizon; h++) {
        rows.append(id).append(',').append(h + 1);
        for (double[] column : columns) {
          rows.append(',').append(column[h]);
        }
        rows.append('\n');
      }
      return rows.toString();
    }
  }

  private ForecastBench() {}
}
