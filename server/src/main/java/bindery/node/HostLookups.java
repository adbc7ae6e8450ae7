package bindery.node;

import java.security.Security;

/**
 * How long this process keeps what a lookup of a host's name said.
 *
 * <p>A member in a container comes back under its name at another address, and at the first start
 * of a cluster its name comes later than the others ask for it. By default the JDK would keep an
 * address for 30 s and that there is none for 10 s, and gRPC an address for 30 s more.
 */
final class HostLookups {
  private static final String TTL = "networkaddress.cache.ttl";
  private static final String FOUND_SECONDS = "3";
  private static final String UNKNOWN_SECONDS = "1";

  private HostLookups() {}

  /** Sets it for the process. Has no effect once a name was looked up. */
  static void forgetSoon() {
    Security.setProperty(TTL, FOUND_SECONDS);
    Security.setProperty("networkaddress.cache.negative.ttl", UNKNOWN_SECONDS);
    System.setProperty(TTL, "0"); // gRPC's own; it asks at each failure, and the JDK then
  }
}
