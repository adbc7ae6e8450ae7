package bindery.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.cli.cert.TestCertificates;
import bindery.log.v1.Settings;
import bindery.raft.Member;
import bindery.raft.PeerTls;
import bindery.raft.Replica;
import bindery.raft.ReplicaOptions;
import bindery.raft.ReplicaStatus;
import bindery.store.StoreOptions;
import bindery.tls.LogLines;
import bindery.tls.Role;
import bindery.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real replicas that know each other by their certificates. */
final class MemberTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder = Path.of("");

  private final LogLines refusals = LogLines.ofRefusals();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private TestCertificates edge;

  @BeforeEach
  void make() throws Exception {
    edge = new TestCertificates(folder.resolve("ca"), "edge");
    List<ServerSocket> sockets = new ArrayList<>();
    for (String name : List.of("n1", "n2", "n3")) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      sockets.add(socket);
      members.add(new Member(name, "127.0.0.1:" + socket.getLocalPort()));
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
  }

  @AfterEach
  void stop() throws Exception {
    refusals.close();
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private PeerTls of(TlsFiles files, String name) throws IOException {
    NodeTls tls = NodeTls.start(files, "edge", name);
    open.add(tls);
    return tls.peers();
  }

  private Replica start(String name, Optional<PeerTls> tls) throws IOException {
    Member self =
        members.stream().filter(member -> member.name().equals(name)).findFirst().orElseThrow();
    Replica replica =
        Replica.start(
            new ReplicaOptions(
                "edge",
                name,
                folder.resolve(name),
                self.address(),
                members,
                false,
                Duration.ofMillis(500),
                Duration.ofSeconds(30),
                64L << 20,
                Duration.ofMinutes(5),
                100,
                0,
                new StoreOptions(8L << 20, 1L << 20),
                Settings.newBuilder().setRetainEndedSeconds(60).build(),
                tls),
            failures::add);
    return replica;
  }

  private Replica kept(Replica replica) {
    open.add(0, replica);
    return replica;
  }

  private static void awaitBarrier(Replica replica) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> replica.barrier().get(5, TimeUnit.SECONDS) != null);
  }

  private static long heard(Replica by, String member) {
    return by.status().members().stream()
        .filter(status -> status.member().name().equals(member))
        .mapToLong(ReplicaStatus.MemberStatus::heardMillis)
        .findFirst()
        .orElse(-1);
  }

  private void assertWritten(String... says) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(refusals.lines())
                    .anySatisfy(
                        line ->
                            assertThat(line)
                                .startsWith("WARN event=tls_refused port=raft")
                                .contains(says)));
  }

  // No host at all in the first two: members are known by name, whatever their address.
  @Test
  void members_areTheNodesOfThoseNamesAlone_andTheOthersGoOn() throws Exception {
    Replica one = kept(start("n1", Optional.of(of(edge.node("n1", "elsewhere.example"), "n1"))));
    Replica two = kept(start("n2", Optional.of(of(edge.node("n2", "elsewhere.example"), "n2"))));
    awaitBarrier(one);
    awaitBarrier(two);
    assertThat(refusals.lines()).isEmpty();

    // Of this cluster, and vouched for, but not of the name it goes by.
    try (Replica three = start("n3", Optional.of(of(edge.node("n9", "127.0.0.1"), "n9")))) {
      assertWritten("answers the node with the certificate of n9 (expected that of n3");
      assertWritten("the node with the certificate of n9 calls itself n3");
      assertThat(three.status().leader()).isEmpty();
    }
    try (LogLines exchange = LogLines.of("bindery.raft.MemberExchange");
        Replica three = start("n3", Optional.empty())) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(exchange.lines())
                      .anySatisfy(
                          line ->
                              assertThat(line)
                                  .startsWith("ERROR event=member-tls-failed n3")
                                  .contains("not an SSL/TLS record")));
      assertThat(three.status().leader()).isEmpty();
    }
    assertThat(heard(one, "n3")).isEqualTo(-1);
    assertThat(heard(two, "n3")).isEqualTo(-1);
    assertThat(failures).isEmpty();
  }

  @Test
  void problems_ofTheNodesOwnFiles_areToldByName() throws Exception {
    assertThat(NodeTls.problems(edge.node("n2", "127.0.0.1"), "edge", "n1"))
        .singleElement()
        .asString()
        .contains("tls.cert: " + edge.files("n2").certificate())
        .contains("it names node n2 (expected node n1: bindery cert node n1 makes one)");
    assertThat(NodeTls.problems(edge.client("n1", Role.OPERATOR), "edge", "n1"))
        .singleElement()
        .asString()
        .contains("it names operator n1 (expected node n1");
    assertThat(NodeTls.problems(edge.node("n1", "127.0.0.1"), "core", "n1"))
        .singleElement()
        .asString()
        .contains("names nobody in cluster core but bindery:edge/node/n1");
  }
}
