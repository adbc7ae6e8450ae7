package bindery.leasequery;

import java.util.Locale;

/** What a query came by. */
public enum Transport {
  /** A connection: bulk leasequery (RFC 5460). */
  TCP,
  /** A datagram: leasequery (RFC 5007). */
  UDP;

  /** As it stands in logs and metrics. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
