package dev.headroom.forecast.backtest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastBenchTest {
  private static final String HEADER =
      "id,collection,kind,freq,step_seconds,seasons,start,horizon,values\n";

  @TempDir Path folder;

  @Test
  void everySeriesIsForecastOrNamed() throws IOException {
    String values =
        IntStream.range(0, 60)
            .mapToObj(t -> Integer.toString(100 + t + t % 7))
            .collect(Collectors.joining(";"));
    write(
        HEADER
            + "a,c,k,1d,86400,7,2024-01-01,5,"
            + values
            + "\nb,c,k,1h,3600,24,2024-01-01 03:00:00,4,"
            + values.replace("103;", ";")
            + "\nshort,c,k,1d,86400,7,,5,1;2;3\n");
    Path out = folder.resolve("out.csv");
    StringWriter progress = new StringWriter();
    ForecastBench.run(folder, out, new PrintWriter(progress));
    List<String> lines = Files.readAllLines(out);
    assertEquals("id,h,mean,lo80,hi80,lo95,hi95", lines.getFirst());
    assertEquals(1 + 5 + 4, lines.size());
    assertTrue(lines.get(1).startsWith("a,1,"));
    assertTrue(lines.get(6).startsWith("b,1,"));
    assertTrue(progress.toString().contains("short: not enough data yet: 3 days of history"));
    assertTrue(progress.toString().contains("1 without a forecast"));
    Path again = folder.resolve("again.csv");
    ForecastBench.run(folder, again, new PrintWriter(new StringWriter()));
    assertArrayEquals(Files.readAllBytes(out), Files.readAllBytes(again));
  }

  @Test
  void aWrongLineIsNamed() throws IOException {
    write(HEADER + "a,c,k,1d,86400,7,2024-01-01,5,1;2;x\n");
    IOException e = assertThrows(IOException.class, this::run);
    assertTrue(String.valueOf(e.getMessage()).startsWith("series.csv.gz line 2: "), e::getMessage);
    write("id,values\n");
    IOException header = assertThrows(IOException.class, this::run);
    assertTrue(String.valueOf(header.getMessage()).contains("the header lacks"));
  }

  private void run() throws IOException {
    ForecastBench.run(folder, folder.resolve("out.csv"), new PrintWriter(new StringWriter()));
  }

  private void write(String text) throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("series.csv.gz")))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
