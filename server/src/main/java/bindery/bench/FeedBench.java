package bindery.bench;

import bindery.cli.TlsArguments;
import bindery.feeder.AckListener;
import bindery.feeder.ApiException;
import bindery.feeder.ApiSecurity;
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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
  private static final int FEEDERS_MAX = 1_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ClientsArguments clients = new ClientsArguments();

  @Option(
      names = "--first",
      paramLabel = "N",
      defaultValue = "0",
      description = "The first client's number.")
  private int first;

  @Option(
      names = "--renew",
      paramLabel = "N",
      defaultValue = "0",
      description = "Instead of each client once, feed so many of them, chosen at random.")
  private int renewals;

  @Option(
      names = "--feeders",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many feeders share the work, each with a stream of its own.")
  private int feeders;

  @Option(
      names = "--one-by-one",
      description = "Each feeder sends one update at a time, and the next when it is acknowledged.")
  private boolean isOneByOne;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many clients a second at most, each feeder; 0 for as many as are taken.")
  private int rate;

  @Option(names = "--without-links", description = "Put no links.")
  private boolean isWithoutLinks;

  @Option(
      names = "--server",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:5470",
      description =
          "API endpoint; repeated, each feeder begins with another, and the next is tried when one"
              + " cannot be reached.")
  private List<String> servers = List.of();

  @Mixin private TlsArguments tls = new TlsArguments();

  private final LongAdder refused = new LongAdder();

  @Override
  public Integer call() throws ApiException, InterruptedException, ExecutionException {
    if (feeders < 1 || feeders > FEEDERS_MAX || renewals < 0) {
      throw new ParameterException(
          spec.commandLine(),
          feeders + " feeders, " + renewals + " renewals (expected 1..1000, 0 or more)");
    }
    BenchData data = clients.behind(first);
    ApiSecurity security = tls.read().map(ApiSecurity::ofHosts).orElse(null);
    if (!isWithoutLinks) {
      try (ServerList list = servers(0, security)) {
        LinkClient links = new LinkClient(list, Duration.ofSeconds(30));
        for (Link link : data.links()) {
          var unused = links.put(link, OptionalLong.empty());
        }
      }
    }
    int items = renewals > 0 ? renewals : clients.count();
    ExecutorService threads = Executors.newFixedThreadPool(feeders);
    try {
      long epoch = System.currentTimeMillis();
      long started = System.nanoTime();
      List<Future<Long>> pauses = new ArrayList<>();
      for (int i = 0; i < feeders; i++) {
        int number = i;
        int from = (int) ((long) items * i / feeders);
        int to = (int) ((long) items * (i + 1) / feeders);
        pauses.add(threads.submit(() -> feed(data, number, security, epoch, from, to)));
      }
      long longestNanos = 0;
      for (Future<Long> pause : pauses) {
        longestNanos = Math.max(longestNanos, pause.get());
      }
      tell(items, (System.nanoTime() - started) / 1e9, longestNanos / 1e9);
    } finally {
      threads.shutdownNow();
    }
    return refused.sum() == 0 ? 0 : 1;
  }

  private ServerList servers(int firstTried, @Nullable ApiSecurity security) {
    List<HostPort> all = servers.stream().map(text -> HostPort.parse(text, 5_470)).toList();
    List<HostPort> turned = new ArrayList<>(all);
    java.util.Collections.rotate(turned, -(firstTried % all.size()));
    return new ServerList(turned, security);
  }

  /** Feeds the share of one feeder; returns the longest time between two acknowledgements. */
  private long feed(
      BenchData data, int number, @Nullable ApiSecurity security, long epoch, int from, int to)
      throws ApiException, InterruptedException {
    IntUnaryOperator clientOf = i -> first + i;
    if (renewals > 0) {
      SplittableRandom random = new SplittableRandom(number);
      clientOf = i -> first + random.nextInt(clients.count());
    }
    long cltt = System.currentTimeMillis() / 1_000;
    Acknowledged acknowledged = new Acknowledged();
    FeedOptions options =
        isOneByOne ? FeedOptions.DEFAULT.withWindow(1, 1 << 20) : FeedOptions.DEFAULT;
    FeederId feeder = new FeederId("bench", "bench-" + number, epoch);
    try (ServerList list = servers(number, security)) {
      long started = System.nanoTime();
      try (FeedStream stream = FeedStream.open(list, feeder, options, acknowledged)) {
        for (int i = from; i < to; i++) {
          awaitTurn(i - from, started);
          stream.put(data.exchange(clientOf.applyAsInt(i), cltt));
        }
        stream.finish();
      }
    }
    return acknowledged.longestNanos;
  }

  private void awaitTurn(int number, long startedNanos) {
    if (rate > 0) {
      long due = startedNanos + number * TimeUnit.SECONDS.toNanos(1) / rate;
      LockSupport.parkNanos(due - System.nanoTime());
    }
  }

  /** Counts what was not accepted, and the longest time between two acknowledgements. */
  private final class Acknowledged implements AckListener {
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

  private void tell(int items, double seconds, double longestPause) {
    PrintWriter out = spec.commandLine().getOut();
    long leases = (long) items * BenchData.LEASES_PER_CLIENT;
    out.printf(
        "{\"bench\":\"feed\",\"what\":\"%s\",\"feeders\":%d,\"updates\":%d,\"leases\":%d,"
            + "\"seconds\":%.3f,\"updates_per_second\":%.0f,\"leases_per_second\":%.0f,"
            + "\"longest_pause_seconds\":%.3f,\"not_accepted\":%d}%n",
        renewals > 0 ? "renewals" : "fresh",
        feeders,
        items,
        leases,
        seconds,
        items / seconds,
        leases / seconds,
        longestPause,
        refused.sum());
    out.flush();
  }
}
