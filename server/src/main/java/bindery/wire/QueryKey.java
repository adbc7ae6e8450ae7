package bindery.wire;

import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.RemoteId;

/** What a query searches for: its type, with the value of the option that the type requires. */
public sealed interface QueryKey {
  /** The query type that goes with this key. */
  QueryType type();

  /**
   * The client that holds the address, or a prefix with the address in it (RFC 5007 4.1.2.1).
   *
   * @param address from the IAADDR option, whose lifetimes mean nothing here
   */
  record ByAddress(Ipv6Address address) implements QueryKey {
    @Override
    public QueryType type() {
      return QueryType.BY_ADDRESS;
    }
  }

  /**
   * One client (RFC 5007 4.1.2.1).
   *
   * @param client from the CLIENTID option inside LQ_QUERY
   */
  record ByClientId(Duid client) implements QueryKey {
    @Override
    public QueryType type() {
      return QueryType.BY_CLIENT_ID;
    }
  }

  /**
   * Every client behind a relay (RFC 5460 5.3.1).
   *
   * @param relay from the RELAY_ID option
   */
  record ByRelayId(Duid relay) implements QueryKey {
    @Override
    public QueryType type() {
      return QueryType.BY_RELAY_ID;
    }
  }

  /** Every client on the link that the query's link-address names (RFC 5460 5.3.2). */
  record ByLink() implements QueryKey {
    @Override
    public QueryType type() {
      return QueryType.BY_LINK_ADDRESS;
    }
  }

  /**
   * Every client behind a line (RFC 5460 5.3.3).
   *
   * @param remote from the REMOTE_ID option
   */
  record ByRemoteId(RemoteId remote) implements QueryKey {
    @Override
    public QueryType type() {
      return QueryType.BY_REMOTE_ID;
    }
  }
}
