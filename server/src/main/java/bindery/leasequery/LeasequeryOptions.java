package bindery.leasequery;

import bindery.query.ReadMode;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What the leasequery front goes by.
 *
 * @param listen where to listen, at least one; the standard's port is {@value #PORT} (S-01, S-02).
 *     Port 0 takes any free one
 * @param reads what to do with a query while no majority can be had
 * @param barrierTimeout how long a query waits at most for a link whose bindings are being moved,
 *     as it does for a majority; 10 ms or more
 * @param dataTimeout within which a frame must be complete from its first octet, and an answer must
 *     move {@value #MOVED_BYTES_MIN} octets or end (S-06, S-07); 10 ms or more. RFC 5460 says 300
 *     s, its draft 30 s; too short cuts off relays on poor lines, too long lets a stalled one pin a
 *     snapshot
 * @param idleTimeout after which a connection with no query outstanding is closed (S-10); 10 ms or
 *     more
 * @param maxAnswerTime within which an answer must end, since until then it pins a snapshot and
 *     with it old rows on disk; 10 ms or more
 * @param maxConnections accepted and open at once, 1..100,000; over it the newcomer is closed
 *     (S-03)
 * @param maxQueriesPerConnection worked on at once, 1..1,024; further ones stay unread in the
 *     socket (S-82)
 * @param pageBytes octets of an answer that are held in memory at most, 64 KiB + 1 (one frame)
 *     rounded up to {@value #PAGE_BYTES_MIN}, up to {@value #PAGE_BYTES_MAX}. Small pages cost
 *     turns, large ones memory
 * @param scanThreads threads that read the store for answers, 1..256
 * @param requestors prefixes of those who may connect; empty means this host only (S-04)
 * @param sensitiveOptions option codes that are never returned, even if asked for (S-53)
 */
public record LeasequeryOptions(
    List<InetSocketAddress> listen,
    ReadMode reads,
    Duration barrierTimeout,
    Duration dataTimeout,
    Duration idleTimeout,
    Duration maxAnswerTime,
    int maxConnections,
    int maxQueriesPerConnection,
    int pageBytes,
    int scanThreads,
    List<String> requestors,
    Set<Integer> sensitiveOptions) {
  /** The port of leasequery over TCP (RFC 5460 5.6). */
  public static final int PORT = 547;

  /** The octets an answer must move within each data time-out. */
  public static final int MOVED_BYTES_MIN = 64 << 10;

  /** The smallest page: the largest frame fits. */
  public static final int PAGE_BYTES_MIN = 66 << 10;

  /** The largest page. */
  public static final int PAGE_BYTES_MAX = 256 << 10;

  /** The data time-out below which a warning is due: the least any text of the protocol names. */
  public static final Duration DATA_TIMEOUT_ADVISED = Duration.ofSeconds(30);

  private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);

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
    checkTimeout("barrier-timeout", barrierTimeout);
    checkTimeout("data-timeout", dataTimeout);
    checkTimeout("idle-timeout", idleTimeout);
    checkTimeout("max-answer-time", maxAnswerTime);
    checkRange("max-connections", maxConnections, 1, 100_000);
    checkRange("max-queries-per-connection", maxQueriesPerConnection, 1, 1_024);
    checkRange("page", pageBytes, PAGE_BYTES_MIN, PAGE_BYTES_MAX);
    checkRange("scan-threads", scanThreads, 1, 256);
    requestors.forEach(AccessList::check);
    for (int code : sensitiveOptions) {
      checkRange("sensitive option", code, 0, 65_535);
    }
  }

  /** The defaults, with an address to listen on. */
  public static LeasequeryOptions defaults(InetSocketAddress listen) {
    return new LeasequeryOptions(
        List.of(listen),
        ReadMode.LINEARIZABLE,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(300),
        Duration.ofMinutes(10),
        10,
        4,
        128 << 10,
        2,
        List.of(),
        Set.of());
  }

  /** The octets of answers that may be in memory at once. */
  public long answerBytesMax() {
    return (long) maxConnections * maxQueriesPerConnection * pageBytes
        + (long) scanThreads * pageBytes;
  }

  private static void checkTimeout(String name, Duration value) {
    if (value.compareTo(TIMEOUT_MIN) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "a " + name + " of " + value.toMillis() + " ms (expected 10 ms .. 1 day)");
    }
  }

  private static void checkRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "a " + name + " of " + value + " (expected " + least + ".." + most + ")");
    }
  }
}
