package bindery.leasequery;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What leasequery by UDP goes by (RFC 5007).
 *
 * @param listen one address of this host, since replies leave from it; the standard's port is
 *     {@value LeasequeryOptions#PORT}. Port 0 takes any free one
 * @param answersRelayed whether queries that came through relays are answered (U-08)
 * @param maxQueries in work at once, 1..100,000; over it they are dropped, and come again
 * @param maxQueriesPerRequestor of them for one address, 1..100,000
 * @param maxPerSecond of one address, 1..100,000; over it they are dropped (U-15)
 */
public record DatagramOptions(
    InetSocketAddress listen,
    boolean answersRelayed,
    int maxQueries,
    int maxQueriesPerRequestor,
    int maxPerSecond) {
  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the value and what was expected
   */
  public DatagramOptions {
    checkListen(listen);
    LeasequeryLimits.checkCount("udp-max-queries", maxQueries);
    LeasequeryLimits.checkCount("udp-max-queries-per-requestor", maxQueriesPerRequestor);
    LeasequeryLimits.checkCount("udp-max-rate", maxPerSecond);
  }

  /**
   * Checks where to listen.
   *
   * @throws IllegalArgumentException if replies could not leave from there: they must have the
   *     address that was asked
   */
  public static void checkListen(InetSocketAddress listen) {
    InetAddress address = listen.getAddress();
    if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException("not one address that replies could leave from");
    }
  }
}
