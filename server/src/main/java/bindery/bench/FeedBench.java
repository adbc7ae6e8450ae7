package bindery.bench;

import bindery.feeder.AckListener;
import bindery.feeder.ApiException;
import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import bindery.v1.ItemResult;
import bindery.v1.Link;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code bindery bench feed}: feeds generated exchanges of one address and one prefix each, from
 * the first update sent to the last acknowledgement.
 */
@Command(
    name = "feed",
    description = "Feeds generated clients with one address and one delegated prefix each.",
    mixinStandardHelpOptions = true)
final class FeedBench implements Callable<Integer> {
  private static final int LEASES_PER_EXCHANGE = 2;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--clients", defaultValue = "500000", description = "How many clients.")
  private int clients;

  @Option(names = "--first", defaultValue = "0", description = "The first client's number.")
  private int first;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description = "How many clients a second at most; 0 for as many as are taken.")
  private int rate;

  @Option(names = "--without-links", description = "Put no links.")
  private boolean isWithoutLinks;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5470",
      description = "API endpoint; repeated, the next is tried when one cannot be reached.")
  private List<String> servers = List.of();

  @Override
  public Integer call() throws ApiException, InterruptedException {
    BenchData data = new BenchData(first + clients, BenchData.RELAYS);
    long cltt = System.currentTimeMillis() / 1_000;
    Acknowledged acknowledged = new Acknowledged();
    try (ServerList list =
        new ServerList(servers.stream().map(text -> HostPort.parse(text, 5_470)).toList())) {
      LinkClient links = new LinkClient(list, Duration.ofSeconds(30));
      for (Link link : isWithoutLinks ? List.<Link>of() : data.links()) {
        var unused = links.put(link, OptionalLong.empty());
      }
      FeederId feeder = new FeederId("bench", "bench", System.currentTimeMillis());
      long started = System.nanoTime();
      try (FeedStream stream = FeedStream.open(list, feeder, FeedOptions.DEFAULT, acknowledged)) {
        for (int client = first; client < first + clients; client++) {
          awaitTurn(client - first, started);
          stream.put(data.exchange(client, cltt));
        }
        stream.finish();
      }
      tell((System.nanoTime() - started) / 1e9, acknowledged);
    }
    return acknowledged.refused.sum() == 0 ? 0 : 1;
  }

  private void awaitTurn(int number, long startedNanos) {
    if (rate > 0) {
      long due = startedNanos + number * TimeUnit.SECONDS.toNanos(1) / rate;
      LockSupport.parkNanos(due - System.nanoTime());
    }
  }

  /** Counts what was not accepted, and the longest time between two acknowledgements. */
  private static final class Acknowledged implements AckListener {
    private final LongAdder refused = new LongAdder();
    private volatile long longestNanos;
    private long lastNanos;

    @Override
    public void committed(Committed items) {
      long now = System.nanoTime();
      if (lastNanos != 0) {
        longestNanos = Math.max(longestNanos, now - lastNanos);
      }
      lastNanos = now;
      // After a lost connection what was committed before its acknowledgement is seen before.
      long here =
          items.results().stream()
              .filter(result -> result.getOutcome() != ItemResult.Outcome.SEEN_BEFORE)
              .count();
      refused.add(here);
    }
  }

  private void tell(double seconds, Acknowledged acknowledged) {
    PrintWriter out = spec.commandLine().getOut();
    long leases = (long) clients * LEASES_PER_EXCHANGE;
    out.printf(
        "{\"bench\":\"feed\",\"leases\":%d,\"seconds\":%.3f,\"leases_per_second\":%.0f,"
            + "\"longest_pause_seconds\":%.3f,\"not_accepted\":%d}%n",
        leases,
        seconds,
        leases / seconds,
        acknowledged.longestNanos / 1e9,
        acknowledged.refused.sum());
    out.flush();
  }
}
