package bindery.bench;

import bindery.model.Duid;
import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bindery bench query}: asks for one relay's, one link's, several remote-IDs' and one
 * client's bindings, from connect to DONE, then for several relays' at once, and only counts what
 * comes.
 */
@Command(
    name = "query",
    description = "Asks for generated bindings in several ways, and counts them.",
    mixinStandardHelpOptions = true)
final class QueryBench implements Callable<Integer> {
  private static final Duid REQUESTOR = Duid.parse("0003000102005e10000a");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:547",
      description = "Leasequery endpoint.")
  private String server = "";

  @Mixin private ClientsArguments clients = new ClientsArguments();

  /** What is asked for. */
  private enum By {
    client,
    relay,
    link,
    remote,
    /** A relay on each of several connections, all at the same time. */
    relays
  }

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "KIND",
      description =
          "What to ask for, one after the other: ${COMPLETION-CANDIDATES}. All if left out.")
  private @Nullable List<By> by;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many ask at the same time, each for a relay of its own, by relays.")
  private int connections;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = Runs.DEFAULT,
      description = "How often; the median is told.")
  private int runs;

  private final AnswerCounter counter = new AnswerCounter();

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    BenchData data = clients.behind(0);
    HostPort address = HostPort.parse(server, 547);
    boolean isComplete = true;
    for (By each : by == null ? List.of(By.values()) : by) {
      isComplete &= tell(each, address, data);
    }
    return isComplete ? 0 : 1;
  }

  private boolean tell(By what, HostPort address, BenchData data)
      throws IOException, InterruptedException, ExecutionException {
    return switch (what) {
      case client -> tell(what, address, asks(new QueryKey.ByClientId(data.clientId(0))));
      case relay -> tell(what, address, asks(new QueryKey.ByRelayId(data.relayId(0))));
      case link -> tell(what, address, LeaseQuery.byLink(1, REQUESTOR, data.linkAddress(0)));
      case remote -> {
        boolean isComplete = true;
        for (int relay = 0; relay < BenchData.REMOTE_SHARES.size(); relay++) {
          isComplete &=
              tell(what, address, asks(new QueryKey.ByRemoteId(data.sharedRemoteId(relay))));
        }
        yield isComplete;
      }
      case relays -> tellTogether(address, data);
    };
  }

  private static LeaseQuery asks(QueryKey key) {
    return LeaseQuery.of(1, REQUESTOR, key);
  }

  private boolean tell(By what, HostPort address, LeaseQuery query) throws IOException {
    List<Double> seconds = new ArrayList<>();
    List<Double> first = new ArrayList<>();
    AnswerCounter.Count last = null;
    boolean isComplete = true;
    for (int run = 0; run < Math.max(1, runs); run++) {
      last = counter.ask(address, query);
      seconds.add(last.seconds());
      first.add(last.firstOctetSeconds());
      isComplete &= last.isComplete();
    }
    Runs timings = new Runs(seconds);
    long leases = (last == null ? 0 : last.bindings()) * BenchData.LEASES_PER_CLIENT;
    print(
        "{\"bench\":\"query\",\"by\":\"%s\",\"connections\":1,\"leases\":%d,\"octets\":%d,"
            + "\"complete\":%b,\"leases_per_second\":%.0f,\"first_octet_seconds\":%.6f,%s}%n",
        what,
        leases,
        last == null ? 0 : last.octets(),
        isComplete,
        leases / timings.median(),
        new Runs(first).median(),
        timings.json());
    return isComplete;
  }

  /** Ten relays at once: all together, and how far the fastest is from the slowest. */
  private boolean tellTogether(HostPort address, BenchData data)
      throws InterruptedException, ExecutionException {
    List<Double> rates = new ArrayList<>();
    List<Double> spreads = new ArrayList<>();
    boolean isComplete = true;
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      List<Callable<AnswerCounter.Count>> asking = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        AnswerCounter own = new AnswerCounter();
        LeaseQuery query = asks(new QueryKey.ByRelayId(data.relayId(i % data.relays())));
        asking.add(() -> own.ask(address, query));
      }
      for (int run = 0; run < Math.max(1, runs / connections); run++) {
        long started = System.nanoTime();
        List<Future<AnswerCounter.Count>> answers = threads.invokeAll(asking);
        double seconds = (System.nanoTime() - started) / 1e9;
        long bindings = 0;
        List<Double> each = new ArrayList<>();
        for (Future<AnswerCounter.Count> answer : answers) {
          AnswerCounter.Count count = answer.get();
          bindings += count.bindings();
          each.add(count.bindings() / count.seconds());
          isComplete &= count.isComplete();
        }
        rates.add(bindings * BenchData.LEASES_PER_CLIENT / seconds);
        Runs among = new Runs(each);
        spreads.add(among.greatest() / among.least());
      }
    } finally {
      threads.shutdownNow();
    }
    Runs together = new Runs(rates);
    print(
        "{\"bench\":\"query\",\"by\":\"relay\",\"connections\":%d,\"complete\":%b,"
            + "\"leases_per_second\":%.0f,\"leases_per_second_min\":%.0f,"
            + "\"leases_per_second_max\":%.0f,\"fastest_over_slowest\":%.2f,\"runs\":%d}%n",
        connections,
        isComplete,
        together.median(),
        together.least(),
        together.greatest(),
        new Runs(spreads).median(),
        rates.size());
    return isComplete;
  }

  private void print(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, format, values);
    out.flush();
  }
}
