package bindery.bench;

import bindery.model.DhcpTime;
import bindery.store.BindingCursor;
import bindery.store.BindingStore;
import bindery.store.Selector;
import bindery.store.StoreOptions;
import bindery.store.StoreView;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bindery bench scan}: reads the rows of an answer straight off a stopped node's store. */
@Command(
    name = "scan",
    description =
        "Iterates the rows that answer a query, straight off the store of a node that is stopped.",
    mixinStandardHelpOptions = true)
final class ScanBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "STORE", description = "The node's folder data/store.")
  private Path store = Path.of("");

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = Runs.DEFAULT,
      description = "How often; the median is told.")
  private int runs;

  @Override
  public Integer call() {
    BenchData data = new BenchData(1);
    PrintWriter out = spec.commandLine().getOut();
    try (BindingStore opened = BindingStore.open(store, StoreOptions.DEFAULT);
        StoreView view = opened.view()) {
      int link = view.topology().containing(data.linkAddress(0)).get(0);
      tell(out, "relay", view, new Selector.ByRelay(data.relayId(0), List.of()), runs);
      tell(out, "link", view, new Selector.ByLink(List.of(link)), runs);
      tell(out, "remote", view, new Selector.ByRemote(data.sharedRemoteId(0), List.of()), runs);
    }
    return 0;
  }

  /** Iterates so often, and prints the figure. */
  static void tell(PrintWriter out, String name, StoreView view, Selector selector, int runs) {
    List<Double> seconds = new ArrayList<>();
    long rows = 0;
    for (int run = 0; run < Math.max(1, runs); run++) {
      long started = System.nanoTime();
      rows = count(view, selector);
      seconds.add((System.nanoTime() - started) / 1e9);
    }
    Runs timings = new Runs(seconds);
    out.printf(
        Locale.ROOT,
        "{\"bench\":\"scan\",\"by\":\"%s\",\"rows\":%d,\"leases_per_second\":%.0f,%s}%n",
        name,
        rows,
        rows * BenchData.LEASES_PER_CLIENT / timings.median(),
        timings.json());
    out.flush();
  }

  private static long count(StoreView view, Selector selector) {
    long rows = 0;
    try (BindingCursor cursor =
        view.scan(selector, true, DhcpTime.ofUnixMillis(view.clusterTimeMillis()))) {
      while (cursor.next()) {
        rows++;
      }
    }
    return rows;
  }
}
