package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import bindery.deploy.RawRequestor.Answer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full resyncs and links put late, from the commands to the answers of every node. */
final class ResyncIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** More than one step of a job walks over. */
  private static final int MANY = 12_000;

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

  private static String line(String subnet, int client) {
    return """
        {"op":"put","client":"0003000102005e20%04x","address":"%s::%x","iaid":1,\
        "preferred":4294967295,"valid":4294967295,"cltt":1764000000}
        """
        .formatted(client, subnet, 0x1000 + client);
  }

  private static String lines(String subnet, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      lines.append(line(subnet, i));
    }
    return lines.toString();
  }

  private static PackagedProgram.Outcome run(String input, int node, String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--server";
    all[arguments.length + 1] = cluster.api(node);
    PackagedProgram.Outcome outcome = program.runWith(input, all);
    assertThat(outcome.exit()).as(String.join(" ", arguments) + ": " + outcome.err()).isZero();
    return outcome;
  }

  private static Set<String> clientsAt(int node, String link) throws Exception {
    byte[] address = InetAddress.getByName(link).getAddress();
    Answer answer =
        RawRequestor.ask(cluster.leasequeryPort(node), RawRequestor.byLink(address, false));
    Set<String> clients = new TreeSet<>();
    answer.data().forEach(data -> assertThat(clients.add(data.client())).isTrue());
    return clients;
  }

  private static void awaitAtAll(String link, int count) {
    for (int node = 1; node <= 3; node++) {
      int at = node;
      await()
          .atMost(PATIENCE)
          .ignoreExceptions() // a link that is being moved is answered QueryTerminated
          .untilAsserted(() -> assertThat(clientsAt(at, link)).hasSize(count));
    }
  }

  @Test
  void sync_thatTellsLess_endsTheRestAtEveryNode() {
    run("", 1, "link", "put", "resync", "2001:db8:e::/64");
    run(lines("2001:db8:e", 30), 1, "feed", "json", "-", "--sync", "--source", "r");
    awaitAtAll("2001:db8:e::1", 30);
    run(lines("2001:db8:e", 20), 2, "feed", "json", "-", "--sync", "--source", "r");
    awaitAtAll("2001:db8:e::1", 20);
    assertThat(run("", 3, "source", "list").out()).contains("r ").contains("fed");
    run("", 3, "source", "remove", "r");
    awaitAtAll("2001:db8:e::1", 0);
    assertThat(run("", 2, "source", "list").out()).doesNotContain("r ");
  }

  @Test
  void link_putAfterItsBindings_takesThemInStepsAtEveryNode() {
    run(lines("2001:db8:f", MANY), 1, "feed", "json", "-", "--source", "late");
    PackagedProgram.Outcome put = run("", 2, "link", "put", "late", "2001:db8:f::/64");
    assertThat(put.err()).contains("bindings moved so far; the rest follows in steps");
    awaitAtAll("2001:db8:f::1", MANY);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(run("", 3, "status", "-o", "json").out()).contains("\"jobs\":[]"));
  }
}
