package bindery.leasequery;

import java.net.InetSocketAddress;

/**
 * What leasequery by UDP goes by (RFC 5007).
 *
 * @param listen one address of this host, since replies leave from it; the standard's port is
 *     {@value LeasequeryOptions#PORT}. Port 0 takes any free one
 * @param answersRelayed whether queries that came through relays are answered (U-08)
 * @param maxQueries in work at once, 1..100,000; over it they are dropped, and come again
 * @param maxPerSecond of one address, 1..100,000; over it they are dropped (U-15)
 */
public record DatagramOptions(
    InetSocketAddress listen, boolean answersRelayed, int maxQueries, int maxPerSecond) {
  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the value and what was expected
   */
  public DatagramOptions {
    if (listen.getAddress() == null || listen.getAddress().isAnyLocalAddress()) {
      throw new IllegalArgumentException(
          "udp-listen on "
              + listen.getHostString()
              + " (expected one address of this host, since replies must leave from the address"
              + " that was asked)");
    }
    LeasequeryLimits.checkCount("udp-max-queries", maxQueries);
    LeasequeryLimits.checkCount("udp-max-rate", maxPerSecond);
  }
}
