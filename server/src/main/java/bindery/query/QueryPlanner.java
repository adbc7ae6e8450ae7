package bindery.query;

import bindery.model.Ipv6Address;
import bindery.store.BindingCursor;
import bindery.store.Selector;
import bindery.store.StoreView;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import bindery.wire.StatusCode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meaning of a query: which bindings it wants, or why it gets none. Knows the rules of link and
 * address (RFC 5007 4.4.1, RFC 5460 7.2) and when an empty answer would be a lie; reads nothing but
 * the snapshot it is given.
 *
 * <p>Any thread.
 */
final class QueryPlanner {
  private static final Logger LOG = LoggerFactory.getLogger(QueryPlanner.class);

  private final AtomicBoolean hasWarnedOfRelayIds = new AtomicBoolean();
  private final AtomicBoolean hasWarnedOfRemoteIds = new AtomicBoolean();

  /** Plans one query over one snapshot. */
  Plan plan(LeaseQuery query, StoreView view) {
    Optional<Plan.Refuse> ifNone = Optional.empty();
    switch (view.standing()) {
      case NEVER_FED -> {
        return terminate("no DHCPv6 server has fed any bindings yet");
      }
      case FIRST_SYNC -> {
        return terminate("the first sync of the DHCPv6 server's bindings is still running");
      }
      case LATER_FIRST_SYNC ->
          ifNone =
              Optional.of(
                  terminate(
                      "nothing found, but the first sync of another DHCPv6 server's bindings is"
                          + " still running"));
      case FED -> {}
    }
    return search(query, view, ifNone);
  }

  private Plan search(LeaseQuery query, StoreView view, Optional<Plan.Refuse> ifNone) {
    QueryKey key = query.key();
    if (key instanceof QueryKey.ByRelayId && !view.hasCarriedRelayIds()) {
      return neverSeen("relay-ID", hasWarnedOfRelayIds);
    }
    if (key instanceof QueryKey.ByRemoteId && !view.hasCarriedRemoteIds()) {
      return neverSeen("remote-ID", hasWarnedOfRemoteIds);
    }
    List<Integer> links = List.of();
    if (!query.linkAddress().isUnspecified()) {
      links = view.topology().containing(query.linkAddress());
      if (links.isEmpty()) {
        return notConfigured("no configured link contains " + query.linkAddress());
      }
      if (Rehomed.isUnderWay(view, links)) {
        return terminate(
            "links were changed, and the bindings of this one are still being moved; ask again"
                + " shortly");
      }
    }
    return scan(key, links, view, ifNone);
  }

  /** The one place that tells the query types apart. */
  private static Plan scan(
      QueryKey key, List<Integer> links, StoreView view, Optional<Plan.Refuse> ifNone) {
    if (key instanceof QueryKey.ByLink) {
      return scan(new Selector.ByLink(links), true, view, ifNone);
    }
    if (key instanceof QueryKey.ByRelayId relay) {
      return scan(new Selector.ByRelay(relay.relay(), links), true, view, ifNone);
    }
    if (key instanceof QueryKey.ByRemoteId remote) {
      return scan(new Selector.ByRemote(remote.remote(), links), true, view, ifNone);
    }
    if (key instanceof QueryKey.ByClientId client) {
      return scan(new Selector.ByClient(client.client(), links), false, view, ifNone);
    }
    if (key instanceof QueryKey.ByAddress held) {
      return address(held.address(), links, view, ifNone);
    }
    throw new IllegalStateException("no search for " + key);
  }

  private static Plan scan(
      Selector selector, boolean isBulk, StoreView view, Optional<Plan.Refuse> ifNone) {
    return new Plan.Scan(selector, isBulk, ifNone, view.silentSince());
  }

  // By address only a lease that is live is found: whether one has run out is asked beforehand.
  private static Plan address(
      Ipv6Address address, List<Integer> links, StoreView view, Optional<Plan.Refuse> ifNone) {
    Selector selector = new Selector.ByAddress(address, links);
    Optional<Plan.Refuse> instead = ifNone;
    OptionalLong silentSince = view.silentSince();
    if (instead.isEmpty() && silentSince.isPresent()) {
      try (BindingCursor before = view.scan(selector, false, silentSince.getAsLong())) {
        instead = before.next() ? Optional.of(silent()) : instead;
      }
    }
    if (instead.isEmpty() && links.isEmpty() && !view.topology().covers(address)) {
      instead =
          Optional.of(
              notConfigured(address + " is in no configured link, pool or lease that is held"));
    }
    return new Plan.Scan(selector, false, instead, silentSince);
  }

  /** The answer that would be empty only because nobody renews any more. */
  static Plan.Refuse silent() {
    return terminate(
        "what was held has run out since its DHCPv6 server was last heard of: it may hold all the"
            + " same");
  }

  private static Plan.Refuse terminate(String reason) {
    return Plan.Refuse.with(StatusCode.QUERY_TERMINATED, reason);
  }

  private static Plan.Refuse notConfigured(String reason) {
    return Plan.Refuse.with(StatusCode.NOT_CONFIGURED, reason);
  }

  /** An empty answer would say that nobody is behind the relay; in truth nobody told us. */
  private static Plan.Refuse neverSeen(String what, AtomicBoolean hasWarned) {
    if (hasWarned.compareAndSet(false, true)) {
      LOG.warn(
          "event=relay_data_never_fed: a query by {} is answered UnknownQueryType, since no"
              + " binding ever carried one; a Kea server keeps it only with the setting"
              + " store-extended-info: true",
          what);
    }
    return Plan.Refuse.with(
        StatusCode.UNKNOWN_QUERY_TYPE, "no binding held here ever carried a " + what);
  }
}
