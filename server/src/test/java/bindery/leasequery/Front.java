package bindery.leasequery;

import bindery.query.FedStore;
import bindery.query.ReadBarrier;
import bindery.query.ReadMode;
import bindery.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A server under test on loopback, with options that may be changed before it starts. */
final class Front implements AutoCloseable {
  Duration dataTimeout = Duration.ofSeconds(30);
  Duration idleTimeout = Duration.ofMinutes(5);
  Duration maxAnswerTime = Duration.ofMinutes(10);
  int maxConnections = 10;
  int maxConnectionsPerRequestor = 10;
  int maxQueries = 4;
  int maxQueriesPerRequestor = 16;
  int maxEmptyReplies;
  int pageBytes = 128 << 10;
  int leastProgressBytes = 64 << 10;
  List<RequestorRule> requestors = List.of(RequestorRule.of("::1"), RequestorRule.of("127.0.0.1"));
  Set<Integer> sensitive = Set.of();
  Optional<DatagramOptions> datagrams = Optional.empty();
  Optional<SecureListen> secure = Optional.empty();
  ReadBarrier barrier;

  final Queue<StoreException> faults = new ConcurrentLinkedQueue<>();

  private final FedStore store;
  private @Nullable LeasequeryServer server;

  Front(FedStore store) {
    this.store = store;
    this.barrier = store::barrier;
  }

  LeasequeryOptions options(InetSocketAddress listen) {
    return new LeasequeryOptions(
        List.of(listen),
        ReadMode.LINEARIZABLE,
        Duration.ofSeconds(5),
        new LeasequeryLimits(
            maxConnections,
            maxConnectionsPerRequestor,
            maxQueries,
            maxQueriesPerRequestor,
            maxEmptyReplies,
            LeasequeryLimits.PAGES_PER_ANSWER * pageBytes * maxQueries,
            leastProgressBytes,
            dataTimeout,
            idleTimeout,
            maxAnswerTime),
        2,
        requestors,
        sensitive,
        datagrams,
        secure);
  }

  Front start() throws IOException {
    LeasequeryOptions options = options(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server = LeasequeryServer.start(options, barrier, store::view, faults::add);
    return this;
  }

  boolean isStarted() {
    return server != null;
  }

  LeasequeryServer server() {
    return Objects.requireNonNull(server, "start it first");
  }

  InetSocketAddress address() {
    return server().addresses().get(0);
  }

  /** Where it listens with TLS. */
  InetSocketAddress secureAddress() {
    return server().addresses().get(1);
  }

  LeasequeryStats stats() {
    return server().stats();
  }

  /** From another address of this host. */
  RawRequestor connectFrom(String source) throws IOException {
    return new RawRequestor(source, address());
  }

  RawRequestor connect() throws IOException {
    return new RawRequestor(address());
  }

  @Override
  public void close() {
    server().close();
  }
}
