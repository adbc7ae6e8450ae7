package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.deploy.RawRequestor.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The thin thread: a line of JSON to an answer at every node, with nodes dying in between. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ThreeNodesIT {
  /** Bindings of a large answer: well above what socket buffers hold. */
  private static final int LARGE = 40_000;

  @TempDir private static Path folder;

  private static PackagedProgram program;
  private static DevRun cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    program = PackagedProgram.unpack(folder);
    cluster = DevRun.start(program, folder.resolve("cluster"));
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  private static void feed(int node, int first, int count) {
    PackagedProgram.Outcome fed =
        program.runWith(
            PutLine.of(first, count),
            "feed",
            "json",
            "-",
            "--server",
            cluster.api(node),
            "--server",
            cluster.api(node % 3 + 1));
    assertThat(fed.exit()).as(fed.err()).isZero();
  }

  private static Set<String> clientsAt(int node) throws Exception {
    byte[] link = InetAddress.getByName("2001:db8:a::77").getAddress();
    Answer answer =
        RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(link, false));
    Set<String> clients = new TreeSet<>();
    answer.data().forEach(data -> clients.add(data.client()));
    return clients;
  }

  private static Set<String> expected(int count) {
    Set<String> clients = new TreeSet<>();
    for (int i = 1; i <= count; i++) {
      clients.add(PutLine.CLIENT.formatted(i));
    }
    return clients;
  }

  @Test
  @Order(1)
  void query_storeNeverFed_isTerminatedAtEveryNode() throws Exception {
    byte[] client = HexFormat.of().parseHex(PutLine.CLIENT.formatted(1));
    for (int node = 1; node <= 3; node++) {
      Answer answer =
          RawRequestor.ask(
              cluster.leasequeryPort(node), RawRequestor.byClient(client, new byte[16], false));
      assertThat(answer.status()).isEqualTo(11); // QueryTerminated, V-26
    }
  }

  @Test
  @Order(2)
  void feed_oneLine_isAnsweredByLinkAtEveryNode() throws Exception {
    PackagedProgram.Outcome put =
        program.run("link", "put", "access", "2001:db8:a::/64", "--server", cluster.api(2));
    assertThat(put.exit()).as(put.err()).isZero();

    feed(3, 1, 1);

    for (int node = 1; node <= 3; node++) {
      assertThat(clientsAt(node)).isEqualTo(expected(1));
    }
  }

  @Test
  @Order(3)
  void kill9_anyNode_othersTakeUpdatesAndItAnswersAlikeAfterRestart() throws Exception {
    int fed = 1;
    for (int node = 1; node <= 3; node++) {
      cluster.kill9(node);
      int survivor = node % 3 + 1;
      feed(survivor, fed + 1, 50);
      fed += 50;
      assertThat(clientsAt(survivor)).isEqualTo(expected(fed));

      cluster.startAgain(node);
      cluster.awaitServing(node);
      int want = fed;
      int asked = node;
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(clientsAt(asked)).isEqualTo(expected(want)));
    }
  }

  @Test
  @Order(4)
  void query_byTheCommand_agreesAtEveryNode() {
    for (int node = 1; node <= 3; node++) {
      PackagedProgram.Outcome answer =
          program.run(
              "query",
              "relay",
              "0003000102005e1000aa",
              "-o",
              "json",
              "--server",
              cluster.leasequery(node));
      assertThat(answer.exit()).as(answer.err()).isZero();
      assertThat(answer.lines()).hasSize(151);
    }
  }

  @Test
  @Order(5)
  void kill9_duringALargeAnswerOfAnotherNode_leavesThatAnswerAsItWas() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LARGE; i++) {
      lines.append(
          """
          {"op":"put","client":"0003000102005f%06x","prefix":"3fff:%x:%x00::/56","iaid":1,\
          "preferred":4294967295,"valid":4294967295,"cltt":1764000000,"relays":[{"hop":0,\
          "link":"2001:db8:b::1","peer":"fe80::2","options":"0025000c00007ed96c696e652d%06x0035000a0003000102005e1000bb"}]}
          """
              .formatted(i, i >>> 8, i & 0xff, i));
    }
    PackagedProgram.Outcome put =
        program.run("link", "put", "large", "2001:db8:b::/64", "--server", cluster.api(1));
    assertThat(put.exit()).as(put.err()).isZero();
    PackagedProgram.Outcome fed =
        program.runWith(lines.toString(), "feed", "json", "-", "--server", cluster.api(1));
    assertThat(fed.exit()).as(fed.err()).isZero();
    byte[] query =
        RawRequestor.byRelay(HexFormat.of().parseHex("0003000102005e1000bb"), new byte[16], true);
    List<String> undisturbed = content(RawRequestor.ask(cluster.leasequeryPort(1), query));
    assertThat(undisturbed).hasSize(LARGE);

    for (int node = 1; node <= 3; node++) {
      int dying = node;
      int asked = node % 3 + 1;
      Answer answer =
          RawRequestor.ask(
              cluster.leasequeryPort(asked),
              query,
              10,
              () -> {
                try {
                  cluster.kill9(dying);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertThat(content(answer)).isEqualTo(undisturbed);
      feed(asked, 1, 1); // the two that are left go on taking updates
      cluster.startAgain(node);
      cluster.awaitServing(node);
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(content(RawRequestor.ask(cluster.leasequeryPort(dying), query)))
                      .isEqualTo(undisturbed));
    }
  }

  /** All that an answer tells, in its order, but for elapsed seconds. */
  private static List<String> content(Answer answer) {
    return answer.data().stream()
        .map(data -> data.client() + " " + data.leases() + " " + data.relayData())
        .toList();
  }

  @Test
  @Order(6)
  void node_toldToStop_endsWithZeroAndComesBack() throws Exception {
    cluster.again(3).destroy(); // SIGTERM
    await().atMost(Duration.ofSeconds(60)).until(() -> !cluster.again(3).isAlive());
    assertThat(cluster.again(3).exitValue()).isZero();
    assertThat(cluster.log(3)).contains("event=stopped");

    cluster.startAgain(3);
    cluster.awaitServing(3);
  }

  @Test
  @Order(7)
  void node_emptiedFolderUnderItsOldName_refusesToStart() throws Exception {
    cluster.kill9(2);
    deleteAll(cluster.data(2));
    cluster.startAgain(2);

    await().atMost(Duration.ofSeconds(60)).until(() -> !cluster.again(2).isAlive());
    assertThat(cluster.again(2).exitValue()).isEqualTo(1);
    assertThat(cluster.log(2)).contains("must not vote again under its old name");
    assertThat(clientsAt(1)).isEqualTo(expected(151));
  }

  private static void deleteAll(Path path) throws Exception {
    Process process = new ProcessBuilder("rm", "-rf", path.toString()).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  @Order(7)
  void dev_portsOfAnotherCluster_isRefusedBeforeAnythingStarts() {
    PackagedProgram.Outcome second =
        program.run(
            "dev", "--dir", folder.resolve("second").toString(), "--base-port", cluster.basePort());
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.err()).contains("is in use").contains("--base-port").doesNotContain("ready");
  }
}
