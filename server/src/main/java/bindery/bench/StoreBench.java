package bindery.bench;

import bindery.feed.ItemMapper;
import bindery.feed.Links;
import bindery.log.v1.Apply;
import bindery.log.v1.Command;
import bindery.log.v1.Group;
import bindery.log.v1.OpenSession;
import bindery.log.v1.PutLink;
import bindery.log.v1.Result;
import bindery.store.BindingStore;
import bindery.store.Selector;
import bindery.store.StoreCompaction;
import bindery.store.StoreOptions;
import bindery.store.StoreView;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.IntUnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bindery bench store}: what one replica's store costs by itself, without Raft, network and
 * the other replicas: applies generated log entries, reads them back, and tells what they take on
 * disk.
 */
@picocli.CommandLine.Command(
    name = "store",
    description = "Applies generated log entries to a new store, and measures only that.",
    mixinStandardHelpOptions = true)
final class StoreBench implements Callable<Integer> {
  private static final String NAME = "bench";
  private static final long START_MILLIS = 1_700_000_000_000L;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FOLDER", description = "Where the store is made; must not exist.")
  private Path folder = Path.of("");

  @Mixin private ClientsArguments clients = new ClientsArguments();

  @Option(
      names = "--renewals",
      paramLabel = "N",
      defaultValue = "500000",
      description = "How many of them, chosen at random, are renewed afterwards.")
  private int renewals;

  @Option(
      names = "--entry",
      paramLabel = "N",
      defaultValue = "256",
      description = "Updates in one log entry.")
  private int perEntry;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private long index;
  private long session;
  private long sequence;

  @Override
  public Integer call() throws InvalidProtocolBufferException {
    if (Files.exists(folder)) {
      throw wrong(folder + " is there already (expected a folder that is to be made)");
    }
    if (perEntry < 1 || renewals < 0) {
      throw wrong(
          "--entry " + perEntry + ", --renewals " + renewals + " (expected 1 or more, 0 or more)");
    }
    BenchData data = clients.behind(0);
    try (BindingStore store = BindingStore.open(folder, StoreOptions.DEFAULT)) {
      begin(store, data);
      measure("fresh", store, data, clients.count(), i -> i);
      SplittableRandom random = new SplittableRandom(1);
      measure("renewals", store, data, renewals, i -> random.nextInt(clients.count()));
      tellScan(store, data);
    }
    long bytes = StoreCompaction.run(folder, StoreOptions.DEFAULT);
    print(
        "{\"bench\":\"store\",\"what\":\"disk\",\"octets\":%d,\"octets_per_lease\":%.1f}%n",
        bytes, (double) bytes / clients.count() / BenchData.LEASES_PER_CLIENT);
    return 0;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void begin(BindingStore store, BenchData data) {
    for (bindery.v1.Link link : data.links()) {
      apply(store, command().setPutLink(PutLink.newBuilder().setLink(Links.checked(link))).build());
    }
    Result opened =
        apply(
            store,
            command()
                .setOpenSession(
                    OpenSession.newBuilder().setSource(NAME).setFeeder(NAME).setEpoch(1))
                .build());
    session = opened.getOpen().getSession();
  }

  private static Command.Builder command() {
    return Command.newBuilder().setLevel(1);
  }

  private Result apply(BindingStore store, Command command) {
    index++;
    return store.apply(1, index, command);
  }

  private void measure(
      String what, BindingStore store, BenchData data, int items, IntUnaryOperator clientOf)
      throws InvalidProtocolBufferException {
    long applyNanos = 0;
    long generatingCpu = 0;
    long cpuBefore = process.getProcessCpuTime();
    for (int done = 0; done < items; done += perEntry) {
      long ownBefore = threads.getCurrentThreadCpuTime();
      byte[] octets = entry(data, done, Math.min(items, done + perEntry), clientOf);
      generatingCpu += threads.getCurrentThreadCpuTime() - ownBefore;
      long started = System.nanoTime();
      var unused = apply(store, Command.parseFrom(octets));
      applyNanos += System.nanoTime() - started;
    }
    double cpuSeconds = (process.getProcessCpuTime() - cpuBefore - generatingCpu) / 1e9;
    long leases = (long) items * BenchData.LEASES_PER_CLIENT;
    print(
        "{\"bench\":\"store\",\"what\":\"%s\",\"leases\":%d,\"seconds\":%.3f,"
            + "\"leases_per_second\":%.0f,\"cpu_microseconds_per_lease\":%.2f}%n",
        what, leases, applyNanos / 1e9, leases / (applyNanos / 1e9), cpuSeconds * 1e6 / leases);
  }

  private byte[] entry(BenchData data, int from, int to, IntUnaryOperator clientOf) {
    Group.Builder group =
        Group.newBuilder()
            .setSource(NAME)
            .setFeeder(NAME)
            .setSession(session)
            .setFirstSequence(sequence + 1);
    long cltt = START_MILLIS / 1_000 + index / 100;
    for (int i = from; i < to; i++) {
      group.addItems(ItemMapper.map(data.exchange(clientOf.applyAsInt(i), cltt)).item());
    }
    sequence += to - from;
    return command()
        .setProposedAtMillis(START_MILLIS + index * 10)
        .setApply(Apply.newBuilder().addGroups(group))
        .build()
        .toByteArray();
  }

  private void tellScan(BindingStore store, BenchData data) {
    store.flush();
    try (StoreView view = store.view()) {
      ScanBench.tell(
          spec.commandLine().getOut(),
          "relay",
          view,
          new Selector.ByRelay(data.relayId(0), List.of()),
          31);
    }
  }

  private void print(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, format, values);
    out.flush();
  }
}
