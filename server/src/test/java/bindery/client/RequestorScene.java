package bindery.client;

import static bindery.client.FakeServer.done;
import static bindery.client.FakeServer.reply;
import static bindery.client.LeasequeryClientTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import bindery.model.HostPort;
import bindery.wire.LeaseQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Queries numbered from 0, and servers that answer them or are not there. */
final class RequestorScene {
  /** Three tries, hardly apart. */
  static final RetryOptions QUICK =
      new RetryOptions(3, Duration.ofMillis(20), Duration.ofMillis(100));

  private RequestorScene() {}

  /** Has so many queries asked, and each ended once. */
  static void ask(Told told, List<HostPort> servers, int queries) throws InterruptedException {
    ask(told, servers, QUICK, queries);
  }

  /** The same, tried as often as that. */
  static void ask(Told told, List<HostPort> servers, RetryOptions retries, int queries)
      throws InterruptedException {
    List<LeaseQuery> all = new ArrayList<>();
    for (int i = 0; i < queries; i++) {
      all.add(query(i));
    }
    try (Requestor requestor =
        new Requestor(servers, ClientOptions.DEFAULTS, retries, ExchangeObserver.NONE)) {
      requestor.ask(all.iterator(), told);
    }
    assertThat(told.results).hasSize(queries);
  }

  /** Where nobody listens. */
  static HostPort unusedAddress() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", probe.getLocalPort());
    }
  }

  /** Answers the next query with one address. */
  static void answer(FakeServer.Session session, String address) throws IOException {
    LeaseQuery query = session.readQuery();
    session.send(reply(query, address), done(query));
  }
}
