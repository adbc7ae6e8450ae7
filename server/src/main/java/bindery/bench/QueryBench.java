package bindery.bench;

import bindery.client.ClientOptions;
import bindery.client.CountingReceiver;
import bindery.client.LeasequeryClient;
import bindery.client.QueryResult;
import bindery.client.UnreachableException;
import bindery.model.Duid;
import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bindery bench query}: asks for one relay's and one link's bindings, from connect to DONE,
 * and only counts what comes.
 */
@Command(
    name = "query",
    description = "Asks for one relay's and one link's generated bindings, and counts them.",
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

  @Option(names = "--relay", defaultValue = "0", description = "Which relay of the data, from 0.")
  private int relay;

  @Option(
      names = "--runs",
      defaultValue = Timings.RUNS,
      description = "How often; the median is told.")
  private int runs;

  @Override
  public Integer call() throws UnreachableException {
    BenchData data = new BenchData(1, BenchData.RELAYS);
    HostPort address = HostPort.parse(server, LeasequeryClient.PORT);
    boolean byRelay =
        tell(
            "relay",
            address,
            LeaseQuery.of(1, REQUESTOR, new QueryKey.ByRelayId(data.relayId(relay))));
    boolean byLink =
        tell("link", address, LeaseQuery.byLink(1, REQUESTOR, data.linkAddress(relay)));
    return byRelay && byLink ? 0 : 1;
  }

  private boolean tell(String name, HostPort address, LeaseQuery query)
      throws UnreachableException {
    List<Double> seconds = new ArrayList<>();
    CountingReceiver last = new CountingReceiver();
    boolean complete = true;
    for (int run = 0; run < Math.max(1, runs); run++) {
      last = new CountingReceiver();
      long started = System.nanoTime();
      try (LeasequeryClient client =
          LeasequeryClient.connect(List.of(address), ClientOptions.DEFAULTS)) {
        QueryResult result = client.ask(query, last);
        seconds.add((System.nanoTime() - started) / 1e9);
        complete &= result.outcome() == QueryResult.Outcome.COMPLETE;
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "{\"bench\":\"query\",\"by\":\"%s\",\"bindings\":%d,\"octets\":%d,\"complete\":%b,%s}%n",
        name,
        last.messages() - 1, // DONE is no binding
        last.octets(),
        complete,
        new Timings(seconds).json());
    out.flush();
    return complete;
  }
}
