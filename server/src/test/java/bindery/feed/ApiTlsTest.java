package bindery.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import bindery.cli.cert.TestCertificates;
import bindery.feeder.ApiException;
import bindery.feeder.ApiSecurity;
import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.LinkClient;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import bindery.tls.LiveTls;
import bindery.tls.LogLines;
import bindery.tls.Role;
import bindery.tls.TlsFiles;
import bindery.v1.FeedGrpc;
import bindery.v1.Link;
import bindery.v1.ListLinksRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at the API, and what each wrong certificate is told, over real connections. */
final class ApiTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Link LINK = Link.newBuilder().setName("a").build();

  @TempDir private static Path folder = Path.of("");
  private static TestCertificates edge;
  private static TestCertificates other;

  private final FakeLog log = new FakeLog();
  private final LogLines refusals = LogLines.ofRefusals();
  private Api api;

  @BeforeAll
  static void make() throws Exception {
    edge = new TestCertificates(folder.resolve("edge"), "edge");
    other = new TestCertificates(folder.resolve("other"), "other");
  }

  @BeforeEach
  void start() throws Exception {
    api = Api.before(log, LiveTls.open(edge.node("n1", "127.0.0.1")));
  }

  @AfterEach
  void close() {
    api.close();
    refusals.close();
  }

  private interface Call {
    void run(ServerList servers) throws Exception;
  }

  private void asked(HostPort address, @Nullable TlsFiles files, Call call) throws Exception {
    try (ServerList servers =
        new ServerList(
            List.of(address), files == null ? null : ApiSecurity.ofHosts(LiveTls.open(files)))) {
      call.run(servers);
    }
  }

  private ApiException refused(@Nullable TlsFiles files) throws Exception {
    return refused(api.address(), files);
  }

  private static @Nullable ApiException failure(ServerList servers) {
    return catchThrowableOfType(
        ApiException.class,
        () -> new LinkClient(servers, PATIENCE).delete("nowhere", OptionalLong.empty()));
  }

  private ApiException refused(HostPort address, @Nullable TlsFiles files) throws Exception {
    ApiException[] caught = new ApiException[1];
    asked(address, files, servers -> caught[0] = failure(servers));
    return caught[0];
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
                                .startsWith("WARN event=tls_refused port=api")
                                .contains(says)));
  }

  @Test
  void operator_mayDoEverything() throws Exception {
    asked(
        api.address(),
        edge.client("alice", Role.OPERATOR),
        servers -> {
          assertThat(failure(servers)).isNull();
          feed(servers, "kea7");
        });
    assertThat(log.applied("kea7/f1")).hasSize(1);
    assertThat(refusals.lines()).isEmpty();
  }

  private static void feed(ServerList servers, String source) throws Exception {
    try (FeedStream stream =
        FeedStream.open(
            servers,
            new FeederId(source, "f1", 1),
            FeedOptions.DEFAULT.withGiveUpAfter(PATIENCE),
            acked -> {})) {
      stream.put(Fed.items(1, 1).get(0));
      stream.finish();
    }
  }

  @Test
  void feeder_feedsAsItsOwnSourcesAlone() throws Exception {
    TlsFiles files = edge.client("kea-1", Role.FEEDER, "kea1", "kea2");
    asked(
        api.address(),
        files,
        servers -> {
          feed(servers, "kea2");
          ApiException refused =
              catchThrowableOfType(ApiException.class, () -> feed(servers, "kea3"));
          assertThat(refused.kind()).isEqualTo(ApiException.Kind.REFUSED);
          assertThat(refused)
              .hasMessageContaining("feeder kea-1 of kea1, kea2 may not feed as source kea3");
        });
    assertThat(log.applied("kea2/f1")).hasSize(1);
    assertThat(log.applied("kea3/f1")).isEmpty();
    assertWritten("may not feed as source kea3", "from=127.0.0.1:");
  }

  @Test
  void feeder_doesNotOperate() throws Exception {
    ApiException refused = refused(edge.client("kea-1", Role.FEEDER, "kea1"));
    assertThat(refused.kind()).isEqualTo(ApiException.Kind.REFUSED);
    assertThat(refused)
        .hasMessageContaining(
            "feeder kea-1 of kea1 may not DeleteLink (expected a certificate of the role operator)");
    assertWritten("may not DeleteLink");
  }

  @Test
  void viewer_readsAndChangesNothing() throws Exception {
    asked(
        api.address(),
        edge.client("wall", Role.VIEWER),
        servers -> {
          ApiException put =
              catchThrowableOfType(
                  ApiException.class,
                  () -> new LinkClient(servers, PATIENCE).put(LINK, OptionalLong.empty()));
          assertThat(put.kind()).isEqualTo(ApiException.Kind.REFUSED);
          assertThat(put)
              .hasMessageContaining("viewer wall may not PutLink (expected a certificate");
          // It gets as far as to a store, which this API is without.
          ApiException read =
              catchThrowableOfType(
                  ApiException.class, () -> new LinkClient(servers, PATIENCE).list());
          assertThat(read).hasMessageContaining("no barrier here");
        });
    assertWritten("viewer wall may not PutLink");
  }

  @Test
  void certificate_thatNamesNobodyHere_isRefusedByName() throws Exception {
    ApiException unnamed = refused(edge.unnamed("plain"));
    assertThat(unnamed.kind()).isEqualTo(ApiException.Kind.REFUSED);
    assertThat(unnamed)
        .hasMessageContaining("CN=plain")
        .hasMessageContaining("expected a name such as bindery:edge/operator/NAME");
    assertWritten("names nobody in cluster edge");
  }

  @Test
  void clientOfAnotherAuthority_isRefused_andToldByBothSides() throws Exception {
    TlsFiles files = other.client("mallory", Role.OPERATOR);
    ApiException refused = refused(new TlsFiles(bundle(), files.certificate(), files.key()));
    assertThat(refused.kind()).isEqualTo(ApiException.Kind.UNREACHABLE);
    assertThat(refused)
        .hasMessageContaining("the node refused this certificate")
        .hasMessageContaining("CN=mallory")
        .hasMessageContaining("signed by")
        .hasMessageContaining("event=tls_refused");
    assertWritten(
        "CN=mallory", "is signed by", "authority of other", "whose certificate is not in");
  }

  // Both authorities, as while one takes the other's place.
  private static Path bundle() throws Exception {
    return Files.writeString(
        folder.resolve("both.crt"), Files.readString(edge.ca()) + Files.readString(other.ca()));
  }

  @Test
  void nodeOfAnotherAuthority_isNotTrusted() throws Exception {
    TlsFiles files = other.client("alice", Role.OPERATOR);
    ApiException refused = refused(files);
    assertThat(refused.kind()).isEqualTo(ApiException.Kind.UNREACHABLE);
    assertThat(refused)
        .hasMessageContaining("CN=n1")
        .hasMessageContaining("whose certificate is not in " + files.ca());
    assertWritten("the other end refused this node's certificate");
  }

  @Test
  void nodeByAnotherHost_isNotTrusted() throws Exception {
    ApiException refused =
        refused(
            new HostPort("localhost", api.address().port()), edge.client("alice", Role.OPERATOR));
    assertThat(refused.kind()).isEqualTo(ApiException.Kind.UNREACHABLE);
    assertThat(refused)
        .hasMessageContaining("CN=n1")
        .hasMessageContaining("is for 127.0.0.1, not for localhost:" + api.address().port());
  }

  /** A call by a program that does not look at its own certificate. */
  private void callRaw(@Nullable TlsFiles files) throws Exception {
    SslContextBuilder tls =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .trustManager(edge.ca().toFile());
    if (files != null) {
      tls.keyManager(files.certificate().toFile(), files.key().toFile());
    }
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", api.address().port())
            .sslContext(tls.build())
            .build();
    try {
      assertThat(
              catchThrowableOfType(
                  StatusRuntimeException.class,
                  () ->
                      FeedGrpc.newBlockingStub(channel)
                          .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                          .listLinks(ListLinksRequest.getDefaultInstance())))
          .isNotNull();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void expiredClient_isRefused() throws Exception {
    callRaw(edge.expired("late"));
    assertWritten("CN=late", "expired on", "bindery cert renew");
  }

  @Test
  void clientOfTomorrow_isRefused() throws Exception {
    callRaw(edge.notYetValid("early"));
    assertWritten("CN=early", "is not valid before", "clock");
  }

  @Test
  void clientWithoutCertificate_isRefused() throws Exception {
    callRaw(null);
    assertWritten("no certificate was shown", "from=127.0.0.1:");
  }

  @Test
  void clientWithoutTls_isToldByBothSides() throws Exception {
    ApiException refused = refused(null);
    assertThat(refused.kind()).isEqualTo(ApiException.Kind.UNREACHABLE);
    assertThat(refused)
        .hasMessageContaining("closed at once (if that node speaks TLS: --ca, --cert and --key)");
    assertWritten("what came is no TLS");
  }

  @Test
  void clientWithTls_whereThereIsNone_isTold() throws Exception {
    try (Api plain = Api.before(log)) {
      ApiException refused = refused(plain.address(), edge.client("alice", Role.OPERATOR));
      assertThat(refused.kind()).isEqualTo(ApiException.Kind.UNREACHABLE);
      assertThat(refused).hasMessageContaining("does not speak TLS");
    }
  }

  @Test
  void renewedCertificates_areTakenByBothSidesWithoutARestart() throws Exception {
    Path renewed = folder.resolve("renewed");
    TestCertificates first = new TestCertificates(renewed, "edge");
    LiveTls node = LiveTls.open(first.node("n1", "127.0.0.1"));
    LiveTls alice = LiveTls.open(first.client("alice", Role.OPERATOR));
    X509Certificate before = alice.certificate();
    try (Api live = Api.before(log, node)) {
      // Another authority takes the place of the first, under the same names.
      TestCertificates next = new TestCertificates(renewed, "edge");
      next.node("n1", "127.0.0.1");
      next.client("alice", Role.OPERATOR);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                try (ServerList fresh =
                    new ServerList(List.of(live.address()), ApiSecurity.ofHosts(alice))) {
                  assertThat(failure(fresh)).isNull();
                }
                assertThat(alice.certificate()).isNotEqualTo(before);
              });
    }
  }
}
