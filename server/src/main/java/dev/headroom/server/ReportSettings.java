package dev.headroom.server;

import dev.headroom.forecast.capacity.CapacityConfig;
import dev.headroom.forecast.capacity.ResourceFile;
import dev.headroom.forecast.cost.PriceBook;
import dev.headroom.forecast.cost.PriceFile;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files a planner and finance write: capacity resources, and the price book. */
record ReportSettings(CapacityConfig resources, PriceBook prices) {
  /**
   * Reads what the configuration names; without it, the built-in resources and the example prices.
   *
   * @throws HeadroomException INVALID with file, line and key
   */
  static ReportSettings read(HeadroomConfig config) {
    return new ReportSettings(
        config
            .resources()
            .map(file -> ResourceFile.parse(file.toString(), text(file)))
            .orElse(CapacityConfig.DEFAULT),
        config
            .prices()
            .map(file -> PriceFile.parse(file.toString(), text(file)))
            .orElseGet(PriceFile::example));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw HeadroomException.invalid("cannot read " + file + ": " + e.getMessage());
    }
  }
}
