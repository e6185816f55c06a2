package dev.headroom.server;

import dev.headroom.storage.file.DataDirectory;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.FlowLedger;
import dev.headroom.storage.ledger.Ledger;
import dev.headroom.storage.ledger.Reconciliation;
import dev.headroom.storage.ledger.StockOwner;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.logs.StoppedLogStore;
import dev.headroom.storage.metrics.MetricStoreConfig;
import dev.headroom.storage.metrics.StoppedMetricStore;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.verify.StoreVerifier;
import dev.headroom.storage.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads every checksum of a stopped server's data, and holds the ledger against the disk; changes
 * nothing. The latter waits until nothing is damaged and nothing is left to be replayed: both are a
 * server's to deal with.
 */
public final class DirectoryCheck {
  /**
   * @param ledger empty when it was not compared
   */
  public record Outcome(
      VerifyReport files, boolean lastStopWasClean, Optional<Reconciliation> ledger) {
    public boolean isSound() {
      return files.isSound() && ledger.map(Reconciliation::agrees).orElse(true);
    }
  }

  /**
   * @throws HeadroomException UNAVAILABLE when a server uses the directory, or it cannot be read
   */
  public static Outcome run(Path data) {
    try (DataDirectory directory = DataDirectory.inspect(data)) {
      StoreLayout layout = directory.layout();
      VerifyReport files = StoreVerifier.verify(layout);
      boolean isClean = directory.lastStopWasClean();
      return new Outcome(
          files,
          isClean,
          files.isSound() && isClean ? Optional.of(reconcile(layout)) : Optional.empty());
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot read " + data + ": " + e.getMessage(), e);
    }
  }

  private static Reconciliation reconcile(StoreLayout layout) throws IOException {
    var logs = StoppedLogStore.look(LogStoreConfig.of(layout.logs(), layout.logWal()));
    var metrics =
        StoppedMetricStore.look(MetricStoreConfig.of(layout.metrics(), layout.metricWal()));
    List<StockOwner> owners =
        List.of(
            new StockOwner("logs", logs, List.of(layout.logs(), layout.logWal())),
            new StockOwner("metrics", metrics, List.of(layout.metrics(), layout.metricWal())));
    // Not closed, as nothing was counted and closing writes.
    return new Ledger(layout, owners, FlowLedger.open(layout.ledger())).reconcile();
  }

  private DirectoryCheck() {}
}
