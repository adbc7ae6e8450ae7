package bindery.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A cluster on mutual TLS by the commands that an operator has, as docs/secure.md tells it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SecureIT {
  private static final int LINES = 300;
  private static final String LINK = "2001:db8:a::1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
    program.ok("cert", "client", "kea-1", "--role", "feeder", "--source", "kea1", "--dir", pki);
    program.ok("cert", "client", "edge-7", "--role", "viewer", "--dir", pki);
    cluster.awaitAllReady();
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  private static PackagedProgram.Outcome query(int node, String client) {
    return cluster.run(
        "",
        client,
        "query",
        "link",
        LINK,
        "-o",
        "json",
        "--tls",
        "--server",
        "127.0.0.1:" + cluster.securePort(node));
  }

  @Test
  @Order(1)
  void cluster_isWhole_andTakesWhatEachRoleMayDo() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              PackagedProgram.Outcome status =
                  cluster.run("", "edge-7", "status", "--server", cluster.api(1));
              assertThat(status.exit()).as(status.err()).isZero();
            });
    PackagedProgram.Outcome refused =
        cluster.run(
            "", "edge-7", "link", "put", "a", "2001:db8:a::/64", "--server", cluster.api(1));
    assertThat(refused.exit()).isEqualTo(5);
    assertThat(refused.err()).contains("viewer edge-7 may not PutLink");
    assertThat(
            cluster
                .run("", "alice", "link", "put", "a", "2001:db8:a::/64", "--server", cluster.api(2))
                .exit())
        .isZero();

    PackagedProgram.Outcome other =
        cluster.run(
            PutLine.of(0, 1),
            "kea-1",
            "feed",
            "json",
            "-",
            "--source",
            "kea2",
            "--server",
            cluster.api(1));
    assertThat(other.exit()).isEqualTo(5);
    assertThat(other.err()).contains("feeder kea-1 of kea1 may not feed as source kea2");
    PackagedProgram.Outcome fed =
        cluster.run(
            PutLine.of(0, LINES),
            "kea-1",
            "feed",
            "json",
            "-",
            "--source",
            "kea1",
            "--server",
            cluster.api(3));
    assertThat(fed.exit()).as(fed.err()).isZero();
  }

  @Test
  @Order(2)
  void query_overTls_isAnsweredByEachNode() {
    for (int node = 1; node <= 3; node++) {
      PackagedProgram.Outcome answer = query(node, "edge-7");
      assertThat(answer.exit()).as(answer.err()).isZero();
      assertThat(answer.lines()).hasSize(LINES);
    }
  }

  @Test
  @Order(3)
  void clientsWithoutTheRightCertificate_areToldWhy() throws Exception {
    PackagedProgram.Outcome plain = program.run("status", "--server", cluster.api(1));
    assertThat(plain.exit()).isEqualTo(7);
    assertThat(plain.err()).contains("if that node speaks TLS: --ca, --cert and --key");

    Path strange = folder.resolve("strange");
    program.ok("cert", "ca", "--cluster", "edge", "--dir", strange.toString());
    program.ok("cert", "client", "alice", "--role", "operator", "--dir", strange.toString());
    PackagedProgram.Outcome stranger =
        program.run(
            "status",
            "--server",
            cluster.api(1),
            "--ca",
            strange.resolve("ca.crt").toString(),
            "--cert",
            strange.resolve("alice.crt").toString(),
            "--key",
            strange.resolve("alice.key").toString());
    assertThat(stranger.exit()).isEqualTo(7);
    assertThat(stranger.err()).contains("CN=n1", "is signed by", "whose certificate is not in");
    assertThat(cluster.log(1)).contains("event=tls_refused port=api");
  }

  /** The number of the certificate that is shown at a port. */
  private static String shownAt(int port) throws Exception {
    AtomicReference<X509Certificate> shown = new AtomicReference<>();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Noting(shown)}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
    } catch (IOException e) {
      assertThat(shown.get()).as(e.toString()).isNotNull(); // refused for want of one of ours
    }
    return shown.get().getSerialNumber().toString(16);
  }

  private static final class Noting extends X509ExtendedTrustManager {
    private final AtomicReference<X509Certificate> shown;

    Noting(AtomicReference<X509Certificate> shown) {
      this.shown = shown;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      shown.set(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      shown.set(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      shown.set(chain[0]);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static String number(Path certificate) throws Exception {
    try (var in = Files.newInputStream(certificate)) {
      X509Certificate read =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return read.getSerialNumber().toString(16);
    }
  }

  @Test
  @Order(4)
  void renewedCertificates_areShownWithoutARestart_andNoQueryFails() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    CompletableFuture<List<String>> asking =
        CompletableFuture.supplyAsync(
            () -> {
              List<String> failures = new ArrayList<>();
              while (!isOver.get() || asked.get() < 3) {
                PackagedProgram.Outcome answer = query(asked.get() % 3 + 1, "edge-7");
                if (answer.exit() != 0 || answer.lines().size() != LINES) {
                  failures.add(answer.exit() + " " + answer.err());
                }
                asked.incrementAndGet();
              }
              return failures;
            });
    String before = shownAt(cluster.securePort(1));
    assertThat(before).isEqualTo(number(cluster.tls(1).resolve("n1.crt")));
    await().atMost(PATIENCE).until(() -> asked.get() > 0);

    program.ok("cert", "renew", "n1", "n2", "n3", "--dir", cluster.authority().toString());
    for (int node = 1; node <= 3; node++) {
      cluster.deliver(node);
    }

    for (int node = 1; node <= 3; node++) {
      int port = cluster.securePort(node);
      String expected = number(cluster.tls(node).resolve("n" + node + ".crt"));
      await().atMost(PATIENCE).until(() -> shownAt(port).equals(expected));
      int asOf = node;
      await().atMost(PATIENCE).until(() -> cluster.log(asOf).contains("event=tls_reloaded"));
    }
    assertThat(number(cluster.tls(1).resolve("n1.crt"))).isNotEqualTo(before);
    isOver.set(true);
    assertThat(asking.get()).isEmpty();
    PackagedProgram.Outcome status =
        cluster.run(
            "",
            "alice",
            "status",
            "--server",
            cluster.api(1),
            "--server",
            cluster.api(2),
            "--server",
            cluster.api(3));
    assertThat(status.exit()).as(status.err()).isZero();
  }

  // Both clusters' authorities are trusted everywhere, as by one company: the name decides.
  @Test
  @Order(5)
  void nodeOfAnotherCluster_isRefusedByName_andTheOthersGoOn() throws Exception {
    Path core = folder.resolve("core");
    program.ok("cert", "ca", "--cluster", "core", "--dir", core.toString());
    program.ok("cert", "node", "n3", "--dir", core.toString());
    Path both = folder.resolve("both.crt");
    Files.writeString(
        both,
        Files.readString(core.resolve("ca.crt"))
            + Files.readString(cluster.authority().resolve("ca.crt")));
    for (int node = 1; node <= 2; node++) {
      Files.copy(both, cluster.tls(node).resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.copy(both, core.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
    cluster.stop(3);

    // Its own certificate in the place of n3's: refused before it starts.
    PackagedProgram.Outcome check =
        program.run(
            "node",
            "--check",
            "--config",
            cluster
                .configuration(3, SecureCluster.NAME, core, folder.resolve("checked"))
                .toString());
    assertThat(check.exit()).isEqualTo(2);
    assertThat(check.err())
        .contains("tls.cert: " + core.resolve("n3.crt"))
        .contains("names nobody in cluster edge but bindery:core/node/n3");

    // As the other cluster's own n3, at the address of this one's.
    cluster.start(
        3,
        cluster.configuration(3, "core", core, folder.resolve("impostor")),
        folder.resolve("impostor.log"));
    for (int node = 1; node <= 2; node++) {
      int asOf = node;
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(cluster.log(asOf))
                      .contains("event=tls_refused port=raft")
                      .contains("names nobody in cluster edge but bindery:core/node/n3"));
    }
    PackagedProgram.Outcome fed =
        cluster.run(
            PutLine.of(LINES, 1),
            "kea-1",
            "feed",
            "json",
            "-",
            "--source",
            "kea1",
            "--server",
            cluster.api(1));
    assertThat(fed.exit()).as(fed.err()).isZero();
  }
}
