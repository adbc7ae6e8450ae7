package bindery.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.log.v1.Apply;
import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import bindery.log.v1.Exchange;
import bindery.log.v1.Group;
import bindery.log.v1.Item;
import bindery.log.v1.Link;
import bindery.log.v1.PutLink;
import bindery.log.v1.Result;
import bindery.log.v1.Settings;
import bindery.store.StoreOptions;
import bindery.store.StoreView;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Replicas in this process, on loopback and a real disk. Closed by whoever made it. */
final class TestCluster implements AutoCloseable {
  static final String NAME = "test";

  /** How long what should come about is waited for, however slow the machine is. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  // However slow the machine's own is just now: that is not what most tests are about.
  private static final DiskProbe SOUND_DISK =
      new DiskProbe() {
        @Override
        public void force() {}

        @Override
        public long usableBytes() {
          return Long.MAX_VALUE;
        }
      };

  private final Path folder;
  private final List<Member> members;
  private final Map<String, Member> newcomers = new ConcurrentSkipListMap<>();
  private String replaced = "";
  private final Map<String, Replica> running = new ConcurrentSkipListMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private final Map<String, Duration> skews = new ConcurrentHashMap<>();
  private final Map<String, Function<Path, DiskProbe>> probes = new ConcurrentHashMap<>();
  private UnaryOperator<ReplicaOptions> change = UnaryOperator.identity();
  private Duration proposalPatience = PATIENCE;
  private Duration barrierTimeout = PATIENCE;

  TestCluster(Path folder, int size) throws IOException {
    this.folder = folder;
    List<Member> all = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      all.add(new Member("n" + i, "127.0.0.1:" + socket.getLocalPort()));
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    members = List.copyOf(all);
  }

  /** From now on replicas start with changed options. */
  TestCluster with(UnaryOperator<ReplicaOptions> next) {
    change = next;
    return this;
  }

  /** From now on replicas start that soon give up what cannot come about. */
  TestCluster impatient() {
    proposalPatience = Duration.ofSeconds(4);
    barrierTimeout = Duration.ofSeconds(3);
    return this;
  }

  /** From now on a node's disk is tried that way, and not taken for sound. */
  TestCluster probe(String node, Function<Path, DiskProbe> probe) {
    probes.put(node, probe);
    return this;
  }

  /** From now on a node's wall clock is that much ahead of the machine's. */
  TestCluster skew(String node, Duration ahead) {
    skews.put(node, ahead);
    return this;
  }

  Path data(String node) {
    return folder.resolve(node);
  }

  /** A node that is to be added, at a port of its own. */
  Member newcomer(String name) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Member member = new Member(name, "127.0.0.1:" + socket.getLocalPort());
      newcomers.put(name, member);
      return member;
    }
  }

  /** A node that is to be added on the machine of a member that is gone. */
  Member newcomerAt(String name, String gone) {
    Member member = new Member(name, options(gone).listen());
    newcomers.put(name, member);
    replaced = gone;
    return member;
  }

  ReplicaOptions options(String node) {
    List<Member> members = new ArrayList<>(this.members);
    boolean isJoining = newcomers.containsKey(node);
    if (isJoining) {
      members.removeIf(member -> member.name().equals(replaced));
      members.add(newcomers.get(node));
    }
    Member self =
        members.stream().filter(member -> member.name().equals(node)).findFirst().orElseThrow();
    return change.apply(
        new ReplicaOptions(
            NAME,
            node,
            data(node),
            self.address(),
            members,
            isJoining,
            Duration.ofMillis(500),
            barrierTimeout,
            64L << 20,
            Duration.ofMinutes(5),
            100,
            0,
            new StoreOptions(8L << 20, 1L << 20),
            Settings.newBuilder().setRetainEndedSeconds(60).build()));
  }

  /** So slow to miss a leader that nobody is elected for want of one while a test looks. */
  static ReplicaOptions slowToElect(ReplicaOptions options) {
    return electingAfter(Duration.ofSeconds(8), options);
  }

  /** With another election time-out. */
  static ReplicaOptions electingAfter(Duration timeout, ReplicaOptions options) {
    return new ReplicaOptions(
        options.cluster(),
        options.node(),
        options.data(),
        options.listen(),
        options.members(),
        options.isJoining(),
        timeout,
        options.barrierTimeout(),
        options.snapshotLogBytes(),
        options.snapshotInterval(),
        options.keptEntries(),
        options.freeSpaceMin(),
        options.store(),
        options.initialSettings());
  }

  /** Few entries kept and small segments, so that the log is purged by little. */
  static ReplicaOptions purging(ReplicaOptions options) {
    return new ReplicaOptions(
        options.cluster(),
        options.node(),
        options.data(),
        options.listen(),
        options.members(),
        options.isJoining(),
        options.electionTimeout(),
        options.barrierTimeout(),
        256 << 10,
        options.snapshotInterval(),
        5,
        options.freeSpaceMin(),
        options.store(),
        options.initialSettings());
  }

  /** The only member of a cluster of its own. */
  static ReplicaOptions alone(ReplicaOptions options, String cluster, Path data) {
    return new ReplicaOptions(
        cluster,
        options.node(),
        data,
        options.listen(),
        List.of(new Member(options.node(), options.listen())),
        false,
        options.electionTimeout(),
        options.barrierTimeout(),
        options.snapshotLogBytes(),
        options.snapshotInterval(),
        options.keptEntries(),
        options.freeSpaceMin(),
        options.store(),
        options.initialSettings());
  }

  /** How long a node has heard nothing of a member; -1 if it never did. */
  long silentMillis(String node, String member) {
    return get(node).status().members().stream()
        .filter(status -> status.member().name().equals(member))
        .mapToLong(ReplicaStatus.MemberStatus::heardMillis)
        .findFirst()
        .orElse(-1);
  }

  /**
   * Starts all, and waits until each has its first entry: the engine counts no vote of one that has
   * none, so until then the others cannot do without their leader.
   */
  TestCluster startAll() throws IOException {
    for (Member member : members) {
      start(member.name());
    }
    awaitApplied(0);
    return this;
  }

  Replica start(String node) throws IOException {
    Replica replica =
        Replica.start(
            options(node),
            reason -> failures.put(node, reason),
            proposalPatience,
            Objects.requireNonNullElse(probes.get(node), data -> SOUND_DISK),
            () -> Instant.now().plus(skews.getOrDefault(node, Duration.ZERO)));
    running.put(node, replica);
    return replica;
  }

  Replica get(String node) {
    return Objects.requireNonNull(running.get(node), node);
  }

  Map<String, Replica> running() {
    return running;
  }

  List<Member> members() {
    return members;
  }

  Map<String, String> failures() {
    return failures;
  }

  void stop(String node) {
    Replica replica = running.remove(node);
    if (replica != null) {
      replica.close();
    }
  }

  /** Ends one as a crash would, for all that the others see of it. */
  void die(String node) {
    Replica replica = running.remove(node);
    if (replica != null) {
      replica.parts().close();
    }
  }

  /** Waits until one leads and all that run know it. */
  String leader() {
    return await().atMost(PATIENCE).until(this::agreedLeader, leader -> !leader.isEmpty());
  }

  private String agreedLeader() {
    List<ReplicaStatus> statuses = running.values().stream().map(Replica::status).toList();
    String leader = statuses.get(0).leader();
    boolean agreed =
        statuses.stream().allMatch(status -> status.leader().equals(leader))
            && statuses.stream().anyMatch(status -> status.role() == ReplicaStatus.Role.LEADER);
    return agreed ? leader : "";
  }

  /** Has that one lead. */
  void lead(String successor) throws Exception {
    if (!leader().equals(successor)) {
      get(leader()).parts().engine().handOver(successor).get(60, TimeUnit.SECONDS);
      await().atMost(PATIENCE).until(() -> agreedLeader().equals(successor));
    }
  }

  String follower() {
    String leader = leader();
    return running.keySet().stream().filter(node -> !node.equals(leader)).findFirst().orElseThrow();
  }

  /** Waits until all that run have applied at least this. */
  void awaitApplied(long index) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                running.forEach(
                    (node, replica) ->
                        assertThat(replica.status().applied().index())
                            .as(node)
                            .isGreaterThanOrEqualTo(index)));
  }

  static Command barrier() {
    return Command.newBuilder().setLevel(1).setBarrier(Barrier.getDefaultInstance()).build();
  }

  /** A command of that many octets and a little more, which changes no binding. */
  static Command filling(int octets) {
    return Command.newBuilder()
        .setLevel(1)
        .setApply(
            Apply.newBuilder()
                .addGroups(
                    Group.newBuilder()
                        .setSource("none")
                        .setFeeder("none")
                        .setSession(1)
                        .setFirstSequence(1)
                        .addItems(
                            Item.newBuilder()
                                .setExchange(
                                    Exchange.newBuilder()
                                        .setClient(ByteString.copyFrom(new byte[10]))
                                        .setOptions(ByteString.copyFrom(new byte[octets]))))))
        .build();
  }

  static Result propose(Replica replica, Command command) throws Exception {
    return replica.propose(command).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** A command that leaves a trace in the rows. */
  static Command link(String name) {
    return Command.newBuilder()
        .setLevel(1)
        .setPutLink(PutLink.newBuilder().setLink(Link.newBuilder().setName(name)))
        .build();
  }

  /** The names of the links in a replica's rows. */
  static Set<String> links(Replica replica) {
    try (StoreView view = replica.store().view()) {
      return view.topology().links().stream().map(Link::getName).collect(Collectors.toSet());
    }
  }

  /** Proposes until the leader's log no longer begins at its first entry. */
  void purgeLog() throws Exception {
    for (int i = 0; i < 16; i++) {
      propose(get(leader()), filling(64 << 10));
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Replica leader = get(leader());
              leader.snapshot().get(60, TimeUnit.SECONDS);
              assertThat(leader.status().logStartIndex()).isGreaterThan(8);
            });
  }

  void stopAll() {
    endAll(this::stop);
  }

  private void endAll(Consumer<String> end) {
    List<CompletableFuture<Void>> ended = new ArrayList<>();
    for (String node : List.copyOf(running.keySet())) {
      ended.add(CompletableFuture.runAsync(() -> end.accept(node)));
    }
    CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new)).join();
  }

  @Override
  public void close() {
    endAll(this::die);
  }
}
