package bindery.client;

import java.time.Duration;

/**
 * How a {@link LeasequeryClient} behaves.
 *
 * @param connectTimeout how long one address may take to be reached (BULK_LQ_CONN_TIMEOUT)
 * @param dataTimeout how long the next whole message may take to come (BULK_LQ_DATA_TIMEOUT). Too
 *     short, and a server that waits for its quorum is given up; too long, and a dead one is
 *     noticed late
 * @param halfClose whether the sending end is closed behind the last query (RFC 5460 6.6), after
 *     which the connection takes no more queries
 * @param outstandingMax the most queries unanswered at a time, 1..64; further ones wait
 * @param layer what lies over each connection
 */
public record ClientOptions(
    Duration connectTimeout,
    Duration dataTimeout,
    boolean halfClose,
    int outstandingMax,
    SocketLayer layer) {
  /** The longest time-out. */
  public static final Duration TIMEOUT_MAX = Duration.ofDays(1);

  /** The most queries that may be unanswered at a time. */
  public static final int OUTSTANDING_MAX = 64;

  /** 30 s to connect, 30 s for each message, no half-close, 4 queries at a time. */
  public static final ClientOptions DEFAULTS =
      new ClientOptions(Duration.ofSeconds(30), Duration.ofSeconds(30), false, 4, SocketLayer.NONE);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a time-out is outside 1 ms..1 day, or the number of queries
   *     outside 1..64
   */
  public ClientOptions {
    checkTimeout("connect time-out", connectTimeout);
    checkTimeout("data time-out", dataTimeout);
    if (outstandingMax < 1 || outstandingMax > OUTSTANDING_MAX) {
      throw new IllegalArgumentException(
          outstandingMax + " outstanding queries (expected 1.." + OUTSTANDING_MAX + ")");
    }
  }

  private static void checkTimeout(String name, Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new IllegalArgumentException(
          "a " + name + " of " + words(timeout) + " (expected 1 ms to 1 day)");
    }
  }

  /** A time-out in words: {@code 30 s}, or {@code 300 ms} if it is not of whole seconds. */
  static String words(Duration timeout) {
    long millis = timeout.toMillis();
    return millis % 1_000 == 0 ? millis / 1_000 + " s" : millis + " ms";
  }

  /** The same, with another connect time-out. */
  public ClientOptions withConnectTimeout(Duration timeout) {
    return new ClientOptions(timeout, dataTimeout, halfClose, outstandingMax, layer);
  }

  /** The same, with another data time-out. */
  public ClientOptions withDataTimeout(Duration timeout) {
    return new ClientOptions(connectTimeout, timeout, halfClose, outstandingMax, layer);
  }

  /** The same, with or without half-close. */
  public ClientOptions withHalfClose(boolean closes) {
    return new ClientOptions(connectTimeout, dataTimeout, closes, outstandingMax, layer);
  }

  /** The same, with another number of queries at a time. */
  public ClientOptions withOutstandingMax(int queries) {
    return new ClientOptions(connectTimeout, dataTimeout, halfClose, queries, layer);
  }

  /** The same, with something over each connection. */
  public ClientOptions withLayer(SocketLayer over) {
    return new ClientOptions(connectTimeout, dataTimeout, halfClose, outstandingMax, over);
  }
}
