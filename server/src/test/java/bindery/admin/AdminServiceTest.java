package bindery.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import bindery.cli.Commands;
import bindery.log.v1.Alive;
import bindery.log.v1.Apply;
import bindery.log.v1.Barrier;
import bindery.log.v1.Command;
import bindery.log.v1.Group;
import bindery.log.v1.Item;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Result;
import bindery.log.v1.Settings;
import bindery.query.FedStore;
import bindery.raft.Member;
import bindery.raft.Replica;
import bindery.raft.ReplicaOptions;
import bindery.store.StoreOptions;
import bindery.v1.AdminGrpc;
import bindery.v1.BeginHashRequest;
import bindery.v1.BeginHashResponse;
import bindery.v1.ChangeMembersRequest;
import bindery.v1.CheckStatus;
import bindery.v1.FinalizeUpgradeRequest;
import bindery.v1.FinalizeUpgradeResponse;
import bindery.v1.HashRequest;
import bindery.v1.HashResponse;
import bindery.v1.ProveRequest;
import bindery.v1.ProveResponse;
import bindery.v1.SetSettingsRequest;
import bindery.v1.StatusRequest;
import bindery.v1.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The service of a real node that is its whole cluster, with a program that knows level 2. */
final class AdminServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Settings SEEDS = Settings.newBuilder().setRetainEndedSeconds(86_400).build();

  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final Replica replica;
  private final AdminService service;
  private final Server server;
  private final ManagedChannel channel;
  private final AdminGrpc.AdminBlockingStub node;

  AdminServiceTest(@TempDir Path folder) throws IOException {
    Member self = new Member("n1", freeAddress());
    replica =
        Replica.start(
            new ReplicaOptions(
                "test",
                "n1",
                folder,
                self.address(),
                List.of(self),
                false,
                Duration.ofMillis(300),
                Duration.ofSeconds(30),
                64L << 20,
                Duration.ofMinutes(5),
                100,
                0,
                new StoreOptions(8L << 20, 1L << 20, 2),
                SEEDS),
            failures::add);
    Settings given = Settings.newBuilder().setRetainEndedSeconds(172_800).build();
    service =
        new AdminService(
            replica,
            new NodeFacts("n1", "test", () -> 0, () -> 0, new FixedReadiness(), List::of, given));
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(service)
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    node = AdminGrpc.newBlockingStub(channel);
  }

  private static String freeAddress() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  @BeforeEach
  void awaitFounded() {
    await().atMost(PATIENCE).until(() -> status().getLevel() == 1);
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    service.close();
    replica.close();
    assertThat(failures).isEmpty();
  }

  private StatusResponse status() {
    return node.withDeadlineAfter(10, TimeUnit.SECONDS).status(StatusRequest.getDefaultInstance());
  }

  private HashResponse hash(long token, long revision) {
    return node.withDeadlineAfter(30, TimeUnit.SECONDS)
        .hash(HashRequest.newBuilder().setToken(token).setRevision(revision).build());
  }

  @Test
  void prove_nodeThatServes_commitsAndReadsAtALaterRevisionEachTime() {
    ProveResponse once = node.prove(ProveRequest.getDefaultInstance());
    ProveResponse again = node.prove(ProveRequest.getDefaultInstance());

    assertThat(once.getFault()).isEmpty();
    assertThat(once.getNode()).isEqualTo("n1");
    assertThat(once.getMembersList()).containsExactly("n1");
    assertThat(once.getChecksList()).extracting(CheckStatus::getName).contains("quorum", "disk");
    assertThat(again.getRevision()).isGreaterThan(once.getRevision()).isPositive();
    assertThat(status().getRevision()).isGreaterThanOrEqualTo(again.getRevision());
  }

  @Test
  void changeMembers_nonsense_isInvalid() {
    assertThatThrownBy(() -> node.changeMembers(ChangeMembersRequest.getDefaultInstance()))
        .hasMessageContaining("INVALID_ARGUMENT: no change");
    assertThatThrownBy(
            () -> node.changeMembers(ChangeMembersRequest.newBuilder().setPromote("a b").build()))
        .hasMessageContaining("INVALID_ARGUMENT: a member's name \"a b\"");
    assertThatThrownBy(
            () -> node.changeMembers(ChangeMembersRequest.newBuilder().setRemove("n1").build()))
        .hasMessageContaining("INVALID_ARGUMENT: n1 leads");
  }

  @Test
  void status_configuredOtherwise_showsWhatIsInForceAndWarns() {
    StatusResponse status = status();

    assertThat(status.getSettingsMap())
        .containsEntry("retain-ended", "24h")
        .containsEntry("source-silent-after", "15m")
        .containsEntry("sweep-limit", "10%");
    assertThat(status.getWarningsList())
        .contains(
            "feed.retain-ended is 24h in the cluster and 48h in this node's configuration; the"
                + " cluster's rules. Change it with `bindery settings set`, or the configuration");
  }

  @Test
  void setSettings_changesWhatIsGivenAndKeepsTheRest() {
    SetSettingsRequest request = SetSettingsRequest.newBuilder().setSweepLimitPermille(0).build();
    long revision = node.setSettings(request).getRevision();

    assertThat(status().getRevision()).isGreaterThanOrEqualTo(revision);
    assertThat(status().getSettingsMap())
        .containsEntry("sweep-limit", "0%")
        .containsEntry("retain-ended", "24h");
  }

  @Test
  void setSettings_outOfRangeOrNone_isRefusedByName() {
    for (SetSettingsRequest.Builder wrong :
        List.of(
            SetSettingsRequest.newBuilder(),
            SetSettingsRequest.newBuilder().setSweepLimitPermille(1_001),
            SetSettingsRequest.newBuilder().setRetainEndedSeconds(0),
            SetSettingsRequest.newBuilder().setSourceSilentAfterSeconds(-1))) {
      assertThatThrownBy(() -> node.setSettings(wrong.build()))
          .hasMessageContaining("INVALID_ARGUMENT")
          .hasMessageContaining("expected");
    }
  }

  @Test
  void hash_ofWhatWasBegun_isOfThatRevision_andOtherwiseNotFound() {
    BeginHashResponse begun = node.beginHash(BeginHashRequest.getDefaultInstance());
    BeginHashResponse later = node.beginHash(BeginHashRequest.getDefaultInstance());
    assertThat(later.getRevision()).isGreaterThan(begun.getRevision());

    HashResponse told = hash(begun.getToken(), begun.getRevision());
    assertThat(told.getNode()).isEqualTo("n1");
    assertThat(told.getRevision()).isEqualTo(begun.getRevision());
    assertThat(told.getHash().size()).isEqualTo(32);
    assertThat(hash(later.getToken(), later.getRevision()).getHash()).isEqualTo(told.getHash());

    StatusRuntimeException gone =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> hash(begun.getToken(), later.getRevision()));
    assertThat(gone.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(gone.getMessage()).contains("node n1 keeps no snapshot of revision");
  }

  @Test
  void finalizeUpgrade_programKnowsTheNext_raisesOnce() {
    FinalizeUpgradeResponse raised =
        node.finalizeUpgrade(FinalizeUpgradeRequest.getDefaultInstance());
    assertThat(raised.getRaised()).isTrue();
    assertThat(raised.getLevel()).isEqualTo(2);
    assertThat(status().getLevel()).isEqualTo(2);
    assertThat(status().getLevelSupported()).isEqualTo(2);

    FinalizeUpgradeResponse again =
        node.finalizeUpgrade(FinalizeUpgradeRequest.getDefaultInstance());
    assertThat(again.getRaised()).isFalse();
    assertThat(again.getLevel()).isEqualTo(2);
  }

  private Result propose(Command.Builder command) {
    return replica.propose(command.setLevel(1).build()).orTimeout(20, TimeUnit.SECONDS).join();
  }

  private long open(String source) {
    OpenSession.Builder open =
        OpenSession.newBuilder().setSource(source).setFeeder("f").setEpoch(1);
    return propose(Command.newBuilder().setOpenSession(open)).getOpen().getSession();
  }

  private void feed(String source, long session, long first, List<Item> items) {
    Group.Builder group =
        Group.newBuilder()
            .setSource(source)
            .setFeeder("f")
            .setSession(session)
            .setFirstSequence(first)
            .addAllItems(items);
    if (source.equals("kea")) {
      group.setSourceClockMillis(System.currentTimeMillis() + 60_000);
    }
    Result result = propose(Command.newBuilder().setApply(Apply.newBuilder().addGroups(group)));
    assertThat(result.getApply().getGroups(0).getItemsList()).isEmpty();
  }

  /** A put of 2001:db8::NUMBER, told without relays, on a subnet that nobody has put. */
  private static Item put(int client, int number, long cltt) {
    return Item.newBuilder()
        .setExchange(
            FedStore.exchange(client, "")
                .setCltt(cltt)
                .setSubnetId(17)
                .addLeases(FedStore.address("2001:db8::%x".formatted(number), 60, -1)))
        .build();
  }

  private String run(String... arguments) {
    CommandLine root = Commands.root(Set.of(), List.of());
    StringWriter out = new StringWriter();
    root.setOut(new PrintWriter(out));
    root.setErr(new PrintWriter(out));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--server", "127.0.0.1:" + server.getPort()));
    assertThat(root.execute(all.toArray(new String[0]))).isZero();
    return out.toString();
  }

  @Test
  void status_somethingIsTheMatterWithSources_warnsAndSaysWhatToDo() {
    long cltt = System.currentTimeMillis() / 1_000 - 60;
    long kea = open("kea");
    long old = open("old");
    feed("kea", kea, 1, IntStream.rangeClosed(1, 50).mapToObj(i -> put(i, i, cltt)).toList());
    feed("old", old, 1, List.of(put(99, 1, cltt + 1)));
    feed("kea", kea, 51, List.of(put(1, 1, cltt + 2)));
    feed("old", old, 2, List.of(Item.newBuilder().setAlive(Alive.getDefaultInstance()).build()));
    SetSettingsRequest soon =
        SetSettingsRequest.newBuilder().setSourceSilentAfterSeconds(1).build();
    assertThat(node.setSettings(soon).getRevision()).isPositive();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              var unused = propose(Command.newBuilder().setBarrier(Barrier.getDefaultInstance()));
              return status().getSources(1).getSilent();
            });

    assertThat(status().getSources(0).getWarningsList())
        .containsExactly("no-relays", "unknown-link", "clock", "fight");
    assertThat(status().getSources(1).getWarningsList())
        .containsExactly("unknown-link", "silent", "fight");
    assertThat(run("status"))
        .contains("Warning: n1: source kea tells leases without relays: 0 of its last 51")
        .contains("store-extended-info: true")
        .contains("source kea tells leases on unknown links: 51 of its updates")
        .contains("2001:db8::1 with subnet id 17. Queries by link do not find them: put the link")
        .containsPattern("source kea has a clock (59|60)\\.\\ds ahead of the cluster's")
        .contains("source old is silent: nothing was heard of it for ")
        .contains("(expected something every 1s)")
        .contains("sources kea and old fight over a lease: 2001:db8::1, put 2 times for another");
    assertThat(run("status", "-o", "json"))
        .contains("\"warnings\":[\"no-relays\",\"unknown-link\",\"clock\",\"fight\"]");
    assertThat(run("source", "list")).contains("no-relays,unknown-link,clock,fight  fed");
  }
}
