package bindery.cli;

import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;

/** What a query asks for, in the words of the command that asks it: {@code relay 0003...}. */
final class QueryName {
  private QueryName() {}

  /** Of that query. */
  static String of(LeaseQuery query) {
    QueryKey key = query.key();
    if (key instanceof QueryKey.ByRelayId byRelay) {
      return "relay " + byRelay.relay();
    }
    if (key instanceof QueryKey.ByRemoteId byRemote) {
      return "remote " + byRemote.remote();
    }
    if (key instanceof QueryKey.ByClientId byClient) {
      return "client " + byClient.client();
    }
    if (key instanceof QueryKey.ByAddress byAddress) {
      return "address " + byAddress.address();
    }
    return "link " + query.linkAddress();
  }
}
