package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What else feeds a cluster on mutual TLS: the benchmark, and the example in Python. */
final class SecureFeedIT {
  @TempDir private static Path folder;

  private static PackagedProgram program;
  private static SecureCluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    program = PackagedProgram.unpack(folder);
    cluster = new SecureCluster(program, Files.createDirectories(folder.resolve("cluster")));
    cluster.startAll();
    String pki = cluster.authority().toString();
    program.ok("cert", "client", "alice", "--role", "operator", "--dir", pki);
    program.ok("cert", "client", "edge-7", "--role", "viewer", "--dir", pki);
    cluster.awaitAllReady();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @Test
  void benchmark_overTls_feedsAsItsCertificateAllows() {
    PackagedProgram.Outcome fed = bench("alice");
    assertThat(fed.exit()).as(fed.err()).isZero();
    assertThat(fed.out()).contains("\"updates\":200,", "\"not_accepted\":0}");

    PackagedProgram.Outcome refused = bench("edge-7");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("viewer edge-7 may not");
  }

  private static PackagedProgram.Outcome bench(String client) {
    return cluster.run(
        "",
        client,
        "bench",
        "feed",
        "--clients",
        "200",
        "--feeders",
        "2",
        "--server",
        cluster.api(1));
  }

  @Test
  void pythonExample_overTls_feedsItsSource() throws Exception {
    PythonFeeder.generate(program, folder);
    program.ok(
        "cert",
        "client",
        "dhcp9",
        "--role",
        "feeder",
        "--source",
        "dhcp9",
        "--dir",
        cluster.authority().toString());
    List<String> nodes = List.of(cluster.api(1), cluster.api(2));
    Path held = Files.writeString(folder.resolve("held"), "");
    List<String> arguments = new ArrayList<>(cluster.as("dhcp9"));
    arguments.addAll(
        List.of(
            "--source", "dhcp9", "--state", folder + "/dhcp9.state", "--held", held.toString()));
    try (PythonFeeder feeder =
        PythonFeeder.start(program, folder, nodes, arguments.toArray(new String[0]))) {
      feeder.awaitSaid("resync complete", 1);
      feeder.tell(
          """
          {"event":"grant","client":"0003000102005e2000d9","cltt":1764000000,"leases":[{"prefix":"3fff:d9::/56","iaid":1,"preferred":4294967295,"valid":4294967295}]}
          """);
      assertThat(feeder.finish(0).get("rejected").asInt()).isZero();
    }
    PackagedProgram.Outcome told =
        cluster.run(
            "",
            "edge-7",
            "query",
            "client",
            "0003000102005e2000d9",
            "--tls",
            "--server",
            "127.0.0.1:" + cluster.securePort(3));
    assertThat(told.out()).as(told.err()).contains("3fff:d9::/56");

    // As another's source its certificate does not do, and half of the files is told of at once.
    arguments.set(arguments.indexOf("dhcp9"), "kea1");
    try (PythonFeeder other =
        PythonFeeder.start(program, folder, nodes, arguments.toArray(new String[0]))) {
      other.awaitSaid("feeder dhcp9 of dhcp9 may not feed as source kea1", 1);
    }
    try (PythonFeeder half =
        PythonFeeder.start(
            program,
            folder,
            nodes,
            arguments.subList(2, arguments.size()).toArray(new String[0]))) {
      half.awaitSaid("without --ca (expected --ca, --cert and --key together)", 1);
    }
  }
}
