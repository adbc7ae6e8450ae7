package bindery.kea.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.feeder.ServerList;
import bindery.kea.FakeCluster;
import bindery.tls.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and passwords between Kea and a connector, over real connections. */
final class HaAccessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Optional<Path> NONE = Optional.empty();

  @TempDir private static Path files = Path.of("");
  private static CertificateFiles certificates;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void make() throws Exception {
    certificates = new CertificateFiles(files);
  }

  private static Path of(String alias) throws Exception {
    return certificates.certificate(alias);
  }

  private static HaAccess.Given tls(
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable Path clientAuthority,
      @Nullable Path keaAuthority) {
    return new HaAccess.Given(
        Optional.empty(),
        NONE,
        Optional.empty(),
        NONE,
        Optional.ofNullable(certificate),
        Optional.ofNullable(key),
        Optional.ofNullable(clientAuthority),
        Optional.ofNullable(keaAuthority));
  }

  private static HaAccess.Given password(@Nullable String user, @Nullable Path file) {
    return new HaAccess.Given(
        Optional.ofNullable(user),
        Optional.ofNullable(file),
        Optional.empty(),
        NONE,
        NONE,
        NONE,
        NONE,
        NONE);
  }

  private static List<String> problems(HaAccess.Given given) {
    List<String> problems = new ArrayList<>();
    var unused = given.read(name -> "--" + name, problems);
    return problems;
  }

  private static HaAccess sound(HaAccess.Given given) {
    List<String> problems = new ArrayList<>();
    HaAccess access = given.read(name -> "--" + name, problems);
    assertThat(problems).isEmpty();
    return access;
  }

  private interface Body {
    void run(HaConnector connector, FakeCluster cluster) throws Exception;
  }

  private void connected(URI kea, HaAccess access, Body body) throws Exception {
    try (FakeCluster cluster = new FakeCluster();
        ServerList servers = new ServerList(List.of(cluster.address()));
        ServerList asides = new ServerList(List.of(cluster.address()));
        HaConnector connector =
            HaConnector.start(
                new HaOptions(
                    "kea1",
                    "kea-ha",
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    access,
                    List.of(kea),
                    Duration.ofSeconds(5),
                    Duration.ofHours(1),
                    10,
                    folder,
                    Optional.empty(),
                    Optional.empty()),
                servers,
                asides,
                over -> {})) {
      body.run(connector, cluster);
    }
  }

  private static HttpResponse<String> post(HaConnector connector, SSLContext tls)
      throws IOException, InterruptedException {
    URI uri = URI.create("https://127.0.0.1:" + connector.address().getPort() + "/");
    return HttpClient.newBuilder()
        .sslContext(tls)
        .build()
        .send(
            HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        HaConnectorTest.apply(List.of(), List.of(KeaListener.lease(1)))))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  // Kea asks who connects and is asked in turn, with one certificate for both as Kea itself has it.
  @Test
  void https_bothSidesWithCertificates_updatesAndComparisonsGoThrough() throws Exception {
    Path authority = of("authority");
    Identity own = new Identity(of("own"), certificates.key("own"));
    SSLContext ofKea = KeaTls.client(Optional.of(authority), Optional.of(own));
    HaAccess access = sound(tls(own.certificate(), own.key(), authority, authority));
    try (KeaListener kea = KeaListener.https(ofKea)) {
      kea.hold(7);
      connected(
          kea.uri(),
          access,
          (connector, cluster) -> {
            await().atMost(PATIENCE).until(() -> cluster.held().contains(7));
            HttpResponse<String> answer = post(connector, ofKea);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("Bulk apply of 1 IPv6 leases completed.");
            assertThat(cluster.held()).contains(1);
          });
    }
  }

  @Test
  void https_clientWithoutTheRightCertificate_isRefused() throws Exception {
    Path authority = of("authority");
    HaAccess access = sound(tls(of("own"), certificates.key("own"), authority, null));
    SSLContext bare = KeaTls.client(Optional.of(authority), Optional.empty());
    SSLContext strange =
        KeaTls.client(
            Optional.of(authority),
            Optional.of(new Identity(of("stranger"), certificates.key("stranger"))));
    connected(
        URI.create("http://127.0.0.1:9/"),
        access,
        (connector, cluster) -> {
          assertThatThrownBy(() -> post(connector, bare)).isInstanceOf(IOException.class);
          assertThatThrownBy(() -> post(connector, strange)).isInstanceOf(IOException.class);
          assertThat(cluster.items()).noneMatch(item -> item.hasExchange());
        });
  }

  @Test
  void https_withoutClientAuthority_anybodyMaySend() throws Exception {
    HaAccess access = sound(tls(of("own"), certificates.key("own"), null, null));
    connected(
        URI.create("http://127.0.0.1:9/"),
        access,
        (connector, cluster) ->
            assertThat(
                    post(connector, KeaTls.client(Optional.of(of("authority")), Optional.empty()))
                        .statusCode())
                .isEqualTo(200));
  }

  @Test
  void kea_withACertificateOfAnother_isNotTrusted() throws Exception {
    Identity stranger = new Identity(of("stranger"), certificates.key("stranger"));
    try (KeaListener kea =
        KeaListener.https(KeaTls.client(Optional.of(of("stranger")), Optional.of(stranger)))) {
      KeaServer server = new KeaServer(kea.uri(), sound(tls(null, null, null, of("authority"))));
      assertThatThrownBy(() -> server.pulse())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(kea.uri().toString())
          .hasMessageContaining("certificat");
      assertThat(kea.commands).isEmpty();
    }
  }

  @Test
  void files_thatAreNotWhatTheyShouldBe_areEachToldByNameAndTogether() throws Exception {
    Path missing = folder.resolve("missing.crt");
    Path prose = Files.writeString(folder.resolve("prose.pem"), "no PEM at all");
    Path own = of("own");
    assertThat(problems(tls(missing, certificates.protectedKey("own"), prose, folder)))
        .containsExactly(
            "--certificate: " + missing + ": no such file (expected a PEM file)",
            "--key: "
                + files.resolve("own.protected.key")
                + ": the key is protected by a password, which nobody could enter here (expected"
                + " one without, readable by this user alone; make it so by: openssl pkcs8 -topk8"
                + " -nocrypt -in "
                + files.resolve("own.protected.key")
                + " -out NEW)",
            "--client-authority: "
                + prose
                + ": no certificate in it (expected PEM: -----BEGIN CERTIFICATE----- and so on)",
            "--kea-authority: " + folder + ": a folder (expected a PEM file)");
    assertThat(problems(tls(own, certificates.key("stranger"), null, null)))
        .containsExactly(
            "--key: "
                + files.resolve("stranger.key")
                + ": not the key of the first certificate in "
                + own
                + " (expected it)");
    assertThat(problems(tls(own, own, null, null)))
        .singleElement()
        .asString()
        .startsWith("--key: " + own + ": no private key in it");
    assertThat(problems(tls(own, null, null, null)))
        .containsExactly("--certificate: alone (expected --key too)");
    assertThat(problems(tls(null, null, own, null)))
        .singleElement()
        .asString()
        .contains("--client-authority: without HTTPS");
  }

  @Test
  void key_ofAnOldForm_isToldHowToBeMadeNew() throws Exception {
    Path key =
        Files.writeString(
            folder.resolve("old.key"),
            "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
    Path damaged =
        Files.writeString(
            folder.resolve("damaged.key"),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThat(problems(tls(of("own"), key, null, null)))
        .singleElement()
        .asString()
        .contains("openssl pkcs8 -topk8 -nocrypt");
    assertThat(problems(tls(of("own"), damaged, null, null)))
        .singleElement()
        .asString()
        .contains(damaged + ": a private key that is damaged");
  }

  @Test
  void password_isReadAndNeverTold() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "  s3cret\n");
    HaAccess access = sound(password("kea1", file));
    assertThat(access.asked().orElseThrow().header()).isEqualTo("Basic a2VhMTpzM2NyZXQ=");
    assertThat(access.toString()).contains("kea1").doesNotContain("s3cret");

    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    assertThat(problems(password("kea1", empty)))
        .containsExactly(
            "--password-file: " + empty + ": empty (expected a file with the password of kea1)");
    assertThat(problems(password("kea1", folder.resolve("none"))))
        .singleElement()
        .asString()
        .contains("--password-file: ", "no such file");
    assertThat(problems(password("kea1", null)))
        .containsExactly("--user: alone (expected --password-file too)");
    assertThat(problems(password("a:b", file))).singleElement().asString().contains("colon");
  }
}
