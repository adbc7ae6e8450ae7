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

  @Test
  void members_byTheirNames_serve() throws Exception {
    List<Replica> replicas = new ArrayList<>();
    for (Member member : members) {
      // No host at all: members are known by name, whatever their address.
      TlsFiles files = edge.node(member.name(), "elsewhere.example");
      replicas.add(start(member.name(), Optional.of(of(files, member.name()))));
    }
    for (Replica replica : replicas) {
      awaitBarrier(replica);
    }
    assertThat(refusals.lines()).isEmpty();
    assertThat(failures).isEmpty();
  }

  @Test
  void memberWithTheCertificateOfAnother_isRefusedByName_andTheOthersGoOn() throws Exception {
    Replica one = start("n1", Optional.of(of(edge.node("n1", "127.0.0.1"), "n1")));
    Replica two = start("n2", Optional.of(of(edge.node("n2", "127.0.0.1"), "n2")));
    // Of this cluster, and vouched for, but not of the name it goes by.
    Replica three = start("n3", Optional.of(of(edge.node("n9", "127.0.0.1"), "n9")));
    awaitBarrier(one);
    awaitBarrier(two);
    assertWritten("answers the node with the certificate of n9 (expected that of n3");
    assertWritten("the node with the certificate of n9 calls itself n3");
    assertThat(heard(one, "n3")).isEqualTo(-1);
    assertThat(three.status().leader()).isEmpty();
  }

  @Test
  void clientsAndStrangers_areNoMembers() throws Exception {
    TestCertificates other = new TestCertificates(folder.resolve("other"), "edge");
    Replica one = start("n1", Optional.of(of(edge.node("n1", "127.0.0.1"), "n1")));
    Replica two = start("n2", Optional.of(of(edge.node("n2", "127.0.0.1"), "n2")));
    // By another authority of the same name.
    Replica three = start("n3", Optional.of(of(other.node("n3", "127.0.0.1"), "n3")));
    awaitBarrier(one);
    awaitBarrier(two);
    assertWritten("CN=n3", "is signed by", "with the key of that very authority");
    assertThat(heard(two, "n3")).isEqualTo(-1);
    assertThat(three.status().leader()).isEmpty();
  }

  @Test
  void nodeWithoutTls_isHeardByNobody() throws Exception {
    Replica one = start("n1", Optional.of(of(edge.node("n1", "127.0.0.1"), "n1")));
    Replica two = start("n2", Optional.of(of(edge.node("n2", "127.0.0.1"), "n2")));
    Replica three = start("n3", Optional.empty());
    awaitBarrier(one);
    awaitBarrier(two);
    assertThat(heard(one, "n3")).isEqualTo(-1);
    assertThat(three.status().leader()).isEmpty();
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
