package bindery.leasequery;

import bindery.query.QueryScope;
import bindery.query.ReadMode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the leasequery front goes by.
 *
 * @param listen where to listen, at least one; the standard's port is {@value #PORT} (S-01, S-02).
 *     Port 0 takes any free one
 * @param reads what to do with a query while no majority can be had
 * @param barrierTimeout how long a query waits at most for a link whose bindings are being moved,
 *     as it does for a majority; 10 ms or more
 * @param limits connections, queries, time and memory
 * @param scanThreads threads that read the store for answers, 1..256
 * @param requestors who may ask; empty means this host only (S-04)
 * @param sensitiveOptions option codes that are never returned, even if asked for (S-53)
 * @param datagrams leasequery by UDP; empty if it is not offered
 * @param secure leasequery over TLS; empty if it is not offered
 */
public record LeasequeryOptions(
    List<InetSocketAddress> listen,
    ReadMode reads,
    Duration barrierTimeout,
    LeasequeryLimits limits,
    int scanThreads,
    List<RequestorRule> requestors,
    Set<Integer> sensitiveOptions,
    Optional<DatagramOptions> datagrams,
    Optional<SecureListen> secure) {
  /** The port of leasequery over TCP (RFC 5460 5.6), and of servers and relays over UDP. */
  public static final int PORT = 547;

  /** The same without TLS. */
  public LeasequeryOptions(
      List<InetSocketAddress> listen,
      ReadMode reads,
      Duration barrierTimeout,
      LeasequeryLimits limits,
      int scanThreads,
      List<RequestorRule> requestors,
      Set<Integer> sensitiveOptions,
      Optional<DatagramOptions> datagrams) {
    this(
        listen,
        reads,
        barrierTimeout,
        limits,
        scanThreads,
        requestors,
        sensitiveOptions,
        datagrams,
        Optional.empty());
  }

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the value and what was expected
   */
  public LeasequeryOptions {
    listen = List.copyOf(listen);
    requestors = List.copyOf(requestors);
    sensitiveOptions = Set.copyOf(sensitiveOptions);
    if (listen.isEmpty()) {
      throw new IllegalArgumentException("no address to listen on (expected at least one)");
    }
    LeasequeryLimits.checkTimeout("barrier-timeout", barrierTimeout);
    LeasequeryLimits.checkRange("scan-threads", scanThreads, 1, 256);
    for (int code : sensitiveOptions) {
      LeasequeryLimits.checkRange("sensitive option", code, 0, 65_535);
      QueryScope.checkHidden(code);
    }
  }

  /** The octets of answers that may be in memory at once. */
  public long answerBytesMax() {
    long answers = (long) limits.maxConnections() * limits.maxQueriesPerConnection();
    return (answers * LeasequeryLimits.PAGES_PER_ANSWER + scanThreads) * limits.pageBytes();
  }
}
