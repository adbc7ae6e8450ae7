package bindery.leasequery;

import bindery.query.Answer;
import java.time.Duration;

/**
 * What bounds the leasequery front: connections, queries, time and memory.
 *
 * @param maxConnections accepted and open at once, 1..100,000; over it the newcomer is closed
 *     (S-03)
 * @param maxConnectionsPerRequestor of them from one address
 * @param maxQueriesPerConnection worked on at once, 1..1,024; further ones stay unread in the
 *     socket (S-82)
 * @param maxQueriesPerRequestor worked on at once for one address, over all its connections
 * @param maxEmptyReplies replies in a row that say there is nothing, after which a connection is
 *     drained and closed; 0 for no limit. A guard against guessing; some relays ask once for each
 *     interface, so that it must be far above their number
 * @param outputBytes octets of answers held in memory for a connection: {@value
 *     #OUTPUT_BYTES_PER_QUERY_MIN} or more for each of its queries
 * @param leastProgressBytes octets that a requestor must take, of all answers of a connection
 *     together, within each data time-out, or be cut off
 * @param dataTimeout within which a frame must be complete from its first octet, and the least
 *     progress be made (S-06, S-07); 10 ms or more. RFC 5460 says 300 s, its draft 30 s; too short
 *     cuts off relays on poor lines, too long lets a stalled one pin a snapshot
 * @param idleTimeout after which a connection with no query outstanding is closed (S-10); 10 ms or
 *     more
 * @param maxAnswerTime within which an answer must end, since until then it pins a snapshot and
 *     with it old rows on disk; 10 ms or more
 */
public record LeasequeryLimits(
    int maxConnections,
    int maxConnectionsPerRequestor,
    int maxQueriesPerConnection,
    int maxQueriesPerRequestor,
    int maxEmptyReplies,
    int outputBytes,
    int leastProgressBytes,
    Duration dataTimeout,
    Duration idleTimeout,
    Duration maxAnswerTime) {
  /** The pages that an answer holds at most, filled and not yet taken whole by the socket. */
  static final int PAGES_PER_ANSWER = 3;

  /**
   * The smallest page: the largest frame, in whole KiB, and one KiB for the last message behind it.
   */
  static final int PAGE_BYTES_MIN = (((Answer.PAGE_BYTES_MIN + 1_023) >> 10) + 1) << 10;

  /** The least octets of memory for the answer to one query. */
  public static final int OUTPUT_BYTES_PER_QUERY_MIN = PAGES_PER_ANSWER * PAGE_BYTES_MIN;

  /** The largest page: a larger one costs memory and saves no turn that could be measured. */
  public static final int PAGE_BYTES_MAX = 256 << 10;

  /** The data time-out below which a warning is due: the least any text of the protocol names. */
  public static final Duration DATA_TIMEOUT_ADVISED = Duration.ofSeconds(30);

  /** The most that any count may be, save queries on a connection. */
  public static final int COUNT_MAX = 100_000;

  /** The most queries that may be in work on one connection. */
  public static final int QUERIES_PER_CONNECTION_MAX = 1_024;

  private static final Duration TIMEOUT_MIN = Duration.ofMillis(10);

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the value and what was expected
   */
  public LeasequeryLimits {
    checkTimeout("data-timeout", dataTimeout);
    checkTimeout("idle-timeout", idleTimeout);
    checkTimeout("max-answer-time", maxAnswerTime);
    checkCount("max-connections", maxConnections);
    checkCount("max-connections-per-requestor", maxConnectionsPerRequestor);
    checkRange(
        "max-queries-per-connection", maxQueriesPerConnection, 1, QUERIES_PER_CONNECTION_MAX);
    checkCount("max-queries-per-requestor", maxQueriesPerRequestor);
    checkRange("max-empty-replies", maxEmptyReplies, 0, Integer.MAX_VALUE);
    checkRange("least-progress", leastProgressBytes, 1, 1 << 30);
    checkRange(
        "output-memory",
        outputBytes,
        maxQueriesPerConnection * OUTPUT_BYTES_PER_QUERY_MIN,
        1 << 30);
  }

  /** Octets of one page; an answer holds {@value #PAGES_PER_ANSWER} of them at most. */
  public int pageBytes() {
    return Math.min(PAGE_BYTES_MAX, outputBytes / maxQueriesPerConnection / PAGES_PER_ANSWER);
  }

  /** Whether a warning is due about such a data time-out. */
  public static boolean isShort(Duration dataTimeout) {
    return dataTimeout.compareTo(DATA_TIMEOUT_ADVISED) < 0;
  }

  static void checkTimeout(String name, Duration value) {
    if (value.compareTo(TIMEOUT_MIN) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          name + " of " + value.toMillis() + " ms (expected 10 ms .. 1 day)");
    }
  }

  static void checkCount(String name, int value) {
    checkRange(name, value, 1, COUNT_MAX);
  }

  static void checkRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " of " + value + " (expected " + least + ".." + most + ")");
    }
  }
}
