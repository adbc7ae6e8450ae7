package bindery.admin;

import bindery.metric.ReadMetrics;
import bindery.store.StoreFigures;
import bindery.store.StoreFigures.CacheLookups;
import bindery.store.StoreFigures.FamilyFigures;
import bindery.store.StoreView;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The metrics of a store's engine: read from it when they are asked for. */
final class EngineMetrics {
  private final PrometheusRegistry registry;
  private final ReadMetrics own;
  private final Supplier<StoreView> views;

  private EngineMetrics(PrometheusRegistry registry, Supplier<StoreView> views) {
    this.registry = registry;
    own = new ReadMetrics(registry, "bindery_store_");
    this.views = views;
  }

  /**
   * Registers them.
   *
   * @param views pins a snapshot; closed here
   */
  static void register(PrometheusRegistry registry, Supplier<StoreView> views) {
    EngineMetrics metrics = new EngineMetrics(registry, views);
    metrics.byFamily("rows", "Rows of each column family; an estimate.", FamilyFigures::rows);
    metrics.byFamily(
        "file_bytes", "Octets of each column family on disk.", FamilyFigures::fileBytes);
    metrics.whole("memtable_bytes", "Octets of rows not on disk yet.", StoreFigures::memtableBytes);
    metrics.whole(
        "compaction_pending_bytes",
        "Octets that compaction has still to rewrite; an estimate.",
        StoreFigures::compactionPendingBytes);
    metrics.whole(
        "compactions_running", "Compactions at work now.", StoreFigures::compactionsRunning);
    metrics.whole(
        "write_stopped",
        "1 if the engine takes no writes until compaction has caught up, else 0.",
        now -> now.isWriteStopped() ? 1 : 0);
    metrics.whole(
        "cache_used_bytes",
        "Octets of blocks, filters and indexes in the cache.",
        StoreFigures::cacheUsedBytes);
    metrics.whole(
        "cache_pinned_bytes",
        "Those of them that are in use and cannot fall out.",
        StoreFigures::cachePinnedBytes);
    metrics.whole("cache_bytes", "Octets that the cache may hold.", StoreFigures::cacheBytes);
    metrics.byKind(
        "cache_hits",
        "Blocks that were looked for in the cache and found, since this node opened its rows.",
        CacheLookups::hits);
    metrics.byKind(
        "cache_misses",
        "Blocks that were looked for in the cache and had to be read from a file, since then.",
        CacheLookups::misses);
    metrics.counted(
        "compaction_read_bytes",
        "Octets that compaction read, since this node opened its rows.",
        StoreFigures::compactionReadBytes);
    metrics.counted(
        "compaction_written_bytes",
        "Octets that compaction wrote, since this node opened its rows.",
        StoreFigures::compactionWrittenBytes);
    metrics.counted(
        "flush_written_bytes",
        "Octets that flushes of memtables wrote, since this node opened its rows.",
        StoreFigures::flushWrittenBytes);
    metrics.counted(
        "write_stall_seconds",
        "How long writes waited for flushes and compaction, since this node opened its rows.",
        now -> now.stallMicros() / 1e6);
  }

  private StoreFigures figures() {
    try (StoreView view = views.get()) {
      return view.figures();
    }
  }

  private void whole(String name, String help, ToDoubleFunction<StoreFigures> value) {
    own.gauge(name, help, () -> value.applyAsDouble(figures()));
  }

  private void counted(String name, String help, ToDoubleFunction<StoreFigures> value) {
    own.counter(name, help, () -> value.applyAsDouble(figures()));
  }

  private void byKind(String name, String help, ToDoubleFunction<CacheLookups> value) {
    CounterWithCallback.builder()
        .name("bindery_store_" + name + "_total")
        .help(help)
        .labelNames("kind")
        .callback(
            callback ->
                figures()
                    .lookups()
                    .forEach(one -> callback.call(value.applyAsDouble(one), one.kind())))
        .register(registry);
  }

  private void byFamily(String name, String help, ToDoubleFunction<FamilyFigures> value) {
    GaugeWithCallback.builder()
        .name("bindery_store_family_" + name)
        .help(help)
        .labelNames("family")
        .callback(
            callback ->
                figures()
                    .families()
                    .forEach(family -> callback.call(value.applyAsDouble(family), family.name())))
        .register(registry);
  }
}
