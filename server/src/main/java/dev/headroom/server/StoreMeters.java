package dev.headroom.server;

import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreState;
import dev.headroom.storage.metrics.EmbeddedMetricStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the stores know of themselves, as meters; asked when they are scraped. */
final class StoreMeters {
  private final MeterRegistry registry;

  StoreMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void follow(EmbeddedLogStore logs, EmbeddedMetricStore metrics) {
    gauge(logs, "headroom.log.partitions", "log partitions", LogStoreState::partitions);
    bytes(
        logs,
        "headroom.log.unindexed",
        "acknowledged records that wait in memory to be indexed",
        LogStoreState::unindexedBytes);
    gauge(
        logs,
        "headroom.log.merges.waiting",
        "sealed log partitions that are not merged yet",
        LogStoreState::mergesWaiting);
    counter(logs, "headroom.log.merges", "merges of sealed log partitions", LogStoreState::merges);
    counter(
        logs,
        "headroom.log.indexing.stalls",
        "times that the log index could not be written",
        LogStoreState::stalls);
    Gauge.builder(
            "headroom.log.indexing.stalled", logs, store -> store.stalled().isPresent() ? 1 : 0)
        .description("1 while log records are neither indexed nor taken")
        .register(registry);
    gauge(logs, "headroom.batch.ids", "batch ids remembered", LogStoreState::batchIds);
    counter(
        logs,
        "headroom.batch.ids.cut.short",
        "batch ids forgotten before their time, as there were too many",
        LogStoreState::batchIdsCutShort);
    String walBytes = "bytes of the write-ahead log, which a start reads";
    store(logs, "headroom.wal", walBytes, "logs", store -> store.state().walBytes(), "bytes");
    store(metrics, "headroom.wal", walBytes, "metrics", EmbeddedMetricStore::walBytes, "bytes");
    String damage = "parts found damaged, at the start or since, and set aside or mended";
    store(logs, "headroom.damaged.parts", damage, "logs", store -> store.damage().size(), null);
    store(metrics, "headroom.damaged.parts", damage, "metrics", StoreMeters::damage, null);
  }

  private static double damage(EmbeddedMetricStore metrics) {
    return metrics.damage().size() + metrics.damagedBlocks().size();
  }

  private void gauge(
      EmbeddedLogStore logs, String name, String what, ToDoubleFunction<LogStoreState> value) {
    Gauge.builder(name, logs, store -> value.applyAsDouble(store.state()))
        .description(what)
        .register(registry);
  }

  private void bytes(
      EmbeddedLogStore logs, String name, String what, ToDoubleFunction<LogStoreState> value) {
    Gauge.builder(name, logs, store -> value.applyAsDouble(store.state()))
        .description(what)
        .baseUnit("bytes")
        .register(registry);
  }

  private void counter(
      EmbeddedLogStore logs, String name, String what, ToDoubleFunction<LogStoreState> value) {
    FunctionCounter.builder(name, logs, store -> value.applyAsDouble(store.state()))
        .description(what)
        .register(registry);
  }

  private <T> void store(
      T store,
      String name,
      String what,
      String tag,
      ToDoubleFunction<T> value,
      @Nullable String unit) {
    Gauge.builder(name, store, value)
        .description(what)
        .tag("store", tag)
        .baseUnit(unit)
        .register(registry);
  }
}
