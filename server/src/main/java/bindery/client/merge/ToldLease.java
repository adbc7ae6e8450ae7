package bindery.client.merge;

import bindery.model.DhcpTime;
import bindery.model.Duid;
import bindery.wire.DhcpOption;
import bindery.wire.LeaseOption;
import bindery.wire.RelayData;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One lease as one server told it.
 *
 * @param server which server, 0..15, in the order in which they were named
 * @param message which of its messages, counted from 0; a message tells of one client
 * @param query number of the query that it answered
 * @param toldAt from when its age and lifetimes count: seconds since 2000 on this machine's clock
 * @param baseTime the same on the server's clock, as sent; empty if it was not sent
 * @param client who holds the lease
 * @param cltAge seconds since the server last heard the client, 0..4294967295
 * @param lease what is held, and for how long
 * @param relayData of the message; empty if it had none
 * @param options further options of the message
 */
public record ToldLease(
    int server,
    long message,
    int query,
    long toldAt,
    OptionalLong baseTime,
    Duid client,
    long cltAge,
    LeaseOption lease,
    Optional<RelayData> relayData,
    List<DhcpOption> options) {
  /** Copies the list. */
  public ToldLease {
    options = List.copyOf(options);
  }

  /** When the server last heard the client: seconds since 2000 on this machine's clock. */
  public long cltInstant() {
    return toldAt - cltAge;
  }

  /** When the lease ends, on this machine's clock; {@link Long#MAX_VALUE} if never. */
  public long validUntil() {
    return DhcpTime.end(toldAt, lease.validLifetime());
  }

  /** Whether this is the one to believe: the newer CLT, else the server named first. */
  boolean isNewerThan(ToldLease other) {
    return cltInstant() == other.cltInstant()
        ? server < other.server
        : cltInstant() > other.cltInstant();
  }

  /**
   * Whether the other one stands in the same binding as told: same client, instants and options.
   */
  boolean isBesideOf(ToldLease other) {
    return server == other.server
        && query == other.query
        && client.equals(other.client)
        && (message == other.message
            || (toldAt == other.toldAt
                && cltAge == other.cltAge
                && baseTime.equals(other.baseTime)
                && relayData.equals(other.relayData)
                && options.equals(other.options)));
  }
}
