package bindery.leasequery;

import static bindery.leasequery.RawRequestor.query;
import static bindery.query.FedStore.address;
import static bindery.query.FedStore.exchange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import bindery.cli.cert.TestCertificates;
import bindery.leasequery.RawRequestor.Message;
import bindery.log.v1.Exchange;
import bindery.query.FedStore;
import bindery.tls.LiveTls;
import bindery.tls.LogLines;
import bindery.tls.Role;
import bindery.tls.TlsFiles;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bulk leasequery over TLS, asked by sockets of the JDK. */
final class SecureTest {
  private static final int CLIENTS = 700;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String LINK = "20010db8000a00000000000000001234";

  @TempDir private static Path files = Path.of("");
  private static TestCertificates edge;
  private static TestCertificates other;

  private final LogLines refusals = LogLines.ofRefusals();
  private FedStore store;
  private Front front;

  @BeforeAll
  static void make() throws Exception {
    edge = new TestCertificates(files.resolve("edge"), "edge");
    other = new TestCertificates(files.resolve("other"), "other");
  }

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    store = FedStore.open(folder).link("a", List.of("2001:db8:a::/64"), List.of());
    List<Exchange.Builder> exchanges = new ArrayList<>();
    for (int i = 1; i <= CLIENTS; i++) {
      exchanges.add(
          exchange(i, "a")
              .addLeases(address("2001:db8:a::" + Integer.toHexString(i), 3_600, 7_200)));
    }
    store.feed(exchanges.toArray(new Exchange.Builder[0]));
    front = new Front(store);
    front.secure =
        Optional.of(
            new SecureListen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                LiveTls.open(edge.node("n1", "127.0.0.1")),
                "edge"));
    front.start();
  }

  @AfterEach
  void close() {
    front.close();
    refusals.close();
    assertThat(front.stats().snapshotsPinned()).isZero();
    assertThat(front.stats().connections()).isZero();
    store.close();
  }

  private RawRequestor connect(@Nullable TlsFiles own, String... protocols) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(edge.ca().toFile());
    if (own != null) {
      builder.keyManager(own.certificate().toFile(), own.key().toFile());
    }
    SSLContext context = ((JdkSslContext) builder.build()).context();
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.connect(front.secureAddress());
    return new RawRequestor(socket);
  }

  private static String byLink(int transactionId) {
    return query(transactionId, 4, LINK, "");
  }

  private static void assertComplete(List<Message> all, int transactionId) {
    List<Message> answer =
        all.stream().filter(message -> message.transactionId() == transactionId).toList();
    assertThat(answer).hasSize(CLIENTS + 1);
    assertThat(
            answer.subList(0, CLIENTS).stream()
                .map(message -> message.client(1).get(0))
                .collect(Collectors.toSet()))
        .hasSize(CLIENTS);
  }

  // Far more than are worked on at once, in one record: they wait decrypted, and none is lost.
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void queries_manyInOneRecord_areAllAnswered_andTheHalfCloseIsHeard(String protocol)
      throws Exception {
    try (RawRequestor requestor = connect(edge.client("edge-7", Role.VIEWER), protocol)) {
      StringBuilder queries = new StringBuilder();
      for (int id = 1; id <= 12; id++) {
        queries.append(byLink(id));
      }
      requestor.send(queries.toString());
      if (protocol.equals("TLSv1.3")) {
        requestor.halfClose(); // by TLS 1.2 both ends close together
      } else {
        requestor.send(query(13, 9, LINK, ""));
      }
      List<Message> all = new ArrayList<>();
      for (int done = 0; done < 12; ) {
        Message message = requestor.read();
        all.add(message);
        done += message.type() == RawRequestor.DONE ? 1 : 0;
      }
      for (int id = 1; id <= 12; id++) {
        assertComplete(all, id);
      }
      if (protocol.equals("TLSv1.3")) {
        assertThat(requestor.readAll()).isEmpty();
      }
    }
    assertThat(refusals.lines()).isEmpty();
  }

  @Test
  void query_octetByOctetInRecordsOfTheirOwn_isAnswered() throws Exception {
    try (RawRequestor requestor = connect(edge.node("n2", "127.0.0.1"))) {
      requestor.sendOctetByOctet(byLink(1) + byLink(2));
      List<Message> all = requestor.halfClose().readAll();
      assertComplete(all, 1);
      assertComplete(all, 2);
    }
  }

  // Else whoever reads a long answer would count as one that reads nothing, and be cut off.
  @Test
  void answer_byTls_countsAsItMoves() throws Exception {
    try (RawRequestor requestor = connect(edge.client("edge-7", Role.VIEWER))) {
      requestor.send(byLink(1));
      Message last = requestor.read();
      while (last.type() != RawRequestor.DONE) {
        last = requestor.read();
      }
      await().atMost(PATIENCE).until(() -> front.stats().answersInProgress() == 0);

      assertThat(Arrays.stream(front.stats().firstOctets().counts()).sum()).isEqualTo(1);
    }
  }

  @Test
  void answers_readLate_wait_andAreWhole() throws Exception {
    try (RawRequestor requestor = connect(edge.client("edge-7", Role.VIEWER))) {
      StringBuilder queries = new StringBuilder();
      for (int id = 1; id <= 100; id++) {
        queries.append(byLink(id));
      }
      requestor.send(queries.toString());
      await().atMost(PATIENCE).until(() -> front.stats().answersInProgress() > 0);
      assertThat(front.stats().answersInProgress()).isLessThanOrEqualTo(front.maxQueries);
      List<Message> all = new ArrayList<>();
      for (int done = 0; done < 100; ) {
        Message message = requestor.read();
        all.add(message);
        done += message.type() == RawRequestor.DONE ? 1 : 0;
      }
      assertComplete(all, 100);
    }
  }

  private void assertRefused(@Nullable TlsFiles own, String... says) throws IOException {
    assertThatThrownBy(
            () -> {
              try (RawRequestor requestor = connect(own)) {
                requestor.send(byLink(1)).read();
              }
            })
        .isInstanceOf(IOException.class);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(refusals.lines())
                    .anySatisfy(
                        line ->
                            assertThat(line)
                                .startsWith("WARN event=tls_refused port=leasequery from=127.0.0.1")
                                .contains(says)));
  }

  @Test
  void feeder_mayNotAsk() throws Exception {
    assertRefused(
        edge.client("kea-1", Role.FEEDER, "kea1"), "feeder kea-1 of kea1 may not ask", "viewer");
  }

  @Test
  void certificateOfAnotherAuthority_isRefused() throws Exception {
    assertRefused(other.client("edge-7", Role.VIEWER), "is signed by", "authority of other");
  }

  @Test
  void expiredCertificate_isRefused() throws Exception {
    assertRefused(edge.expired("late"), "CN=late", "expired on");
  }

  @Test
  void certificateOfTomorrow_isRefused() throws Exception {
    assertRefused(edge.notYetValid("early"), "CN=early", "is not valid before");
  }

  @Test
  void certificateWithoutAName_isRefused() throws Exception {
    assertRefused(edge.unnamed("plain"), "CN=plain", "names nobody in cluster edge");
  }

  @Test
  void withoutACertificate_isRefused() throws Exception {
    assertRefused(null, "no certificate was shown");
  }

  @Test
  void withoutTls_isRefused() throws Exception {
    try (RawRequestor requestor = new RawRequestor(front.secureAddress())) {
      requestor.send(byLink(1));
      assertThatThrownBy(
              () -> {
                while (requestor.socket().getInputStream().read() >= 0) {
                  assertThat(front.stats().connections()).isNotNegative();
                }
                throw new IOException("closed");
              })
          .isInstanceOf(IOException.class);
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(refusals.lines())
                    .anySatisfy(line -> assertThat(line).contains("what came is no TLS")));
  }

  @Test
  void requestorThatIsNotListed_isNotAskedForACertificate() throws Exception {
    front.server().setRequestors(List.of(RequestorRule.of("2001:db8::/32")));
    assertThatThrownBy(
            () -> {
              try (RawRequestor requestor = connect(edge.client("edge-7", Role.VIEWER))) {
                requestor.send(byLink(1)).read();
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(front.stats().connections()).isZero();
    assertThat(refusals.lines()).isEmpty();
  }
}
