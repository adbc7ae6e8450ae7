package bindery.query;

import bindery.log.v1.Link;
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

/**
 * The meaning of a query: which bindings it wants, or why it gets none. Knows the rules of link and
 * address (RFC 5007 4.4.1, RFC 5460 7.2) and when an empty answer would be a lie; reads nothing but
 * the snapshot it is given.
 *
 * <p>Any thread.
 */
final class QueryPlanner {
  /**
   * Plans one query over one snapshot.
   *
   * @param silentSince since when not all that happens is told, seconds since 2000; empty if all is
   */
  Plan plan(LeaseQuery query, QueryScope scope, StoreView view, OptionalLong silentSince) {
    Optional<String> refusal = scope.refusal(query);
    if (refusal.isPresent()) {
      return Plan.Refuse.with(StatusCode.NOT_ALLOWED, refusal.get());
    }
    return switch (view.standing()) {
      case NEVER_FED -> Plan.Refuse.withheld(Withheld.NEVER_FED);
      case FIRST_SYNC -> Plan.Refuse.withheld(Withheld.FIRST_SYNC);
      case LATER_FIRST_SYNC ->
          search(
              query,
              scope,
              view,
              silentSince,
              Optional.of(Plan.Refuse.withheld(Withheld.LATER_FIRST_SYNC)));
      case PARTLY_FED ->
          search(
              query,
              scope,
              view,
              silentSince,
              Optional.of(Plan.Refuse.withheld(Withheld.PARTLY_FED)));
      case FED -> search(query, scope, view, silentSince, Optional.empty());
    };
  }

  private Plan search(
      LeaseQuery query,
      QueryScope scope,
      StoreView view,
      OptionalLong silentSince,
      Optional<Plan.Refuse> ifNone) {
    QueryKey key = query.key();
    if (key instanceof QueryKey.ByRelayId && !view.hasCarriedRelayIds()) {
      return ifNone.orElse(Plan.Refuse.withheld(Withheld.RELAY_ID_NEVER_FED));
    }
    if (key instanceof QueryKey.ByRemoteId && !view.hasCarriedRemoteIds()) {
      return ifNone.orElse(Plan.Refuse.withheld(Withheld.REMOTE_ID_NEVER_FED));
    }
    List<Integer> links = List.of();
    if (!query.linkAddress().isUnspecified()) {
      links = view.topology().containing(query.linkAddress());
      if (links.isEmpty()) {
        return notConfigured("no configured link contains " + query.linkAddress());
      }
    }
    if (!scope.links().isEmpty()) {
      links = within(scope, links, view);
      if (links.isEmpty()) {
        return Plan.Refuse.with(
            StatusCode.NOT_ALLOWED, "this requestor may be told of no such link");
      }
    }
    if (!links.isEmpty()) {
      if (Rehomed.isUnderWay(view, links)) {
        return Plan.Refuse.withheld(Withheld.REHOMING);
      }
    }
    return scan(key, links, view, silentSince, ifNone);
  }

  /** Of the links asked for, or of all if none was, those that the requestor may be told of. */
  private static List<Integer> within(QueryScope scope, List<Integer> asked, StoreView view) {
    return scope.links().stream()
        .flatMap(name -> view.topology().byName(name).stream())
        .map(Link::getId)
        .filter(id -> asked.isEmpty() || asked.contains(id))
        .sorted()
        .distinct()
        .toList();
  }

  /** The one place that tells the query types apart. */
  private static Plan scan(
      QueryKey key,
      List<Integer> links,
      StoreView view,
      OptionalLong silentSince,
      Optional<Plan.Refuse> ifNone) {
    if (key instanceof QueryKey.ByLink) {
      return new Plan.Scan(new Selector.ByLink(links), true, ifNone, silentSince);
    }
    if (key instanceof QueryKey.ByRelayId relay) {
      return new Plan.Scan(new Selector.ByRelay(relay.relay(), links), true, ifNone, silentSince);
    }
    if (key instanceof QueryKey.ByRemoteId remote) {
      return new Plan.Scan(
          new Selector.ByRemote(remote.remote(), links), true, ifNone, silentSince);
    }
    if (key instanceof QueryKey.ByClientId client) {
      return new Plan.Scan(
          new Selector.ByClient(client.client(), links), false, ifNone, silentSince);
    }
    if (key instanceof QueryKey.ByAddress held) {
      return address(held.address(), links, view, silentSince, ifNone);
    }
    throw new IllegalStateException("no search for " + key);
  }

  // By address only a lease that is live is found: whether one has run out is asked beforehand.
  private static Plan address(
      Ipv6Address address,
      List<Integer> links,
      StoreView view,
      OptionalLong silentSince,
      Optional<Plan.Refuse> ifNone) {
    Selector selector = new Selector.ByAddress(address, links);
    Optional<Plan.Refuse> instead = ifNone;
    if (instead.isEmpty() && silentSince.isPresent()) {
      try (BindingCursor before = view.scan(selector, false, silentSince.getAsLong())) {
        instead = before.next() ? Optional.of(Plan.Refuse.withheld(Withheld.SILENT)) : instead;
      }
    }
    if (instead.isEmpty() && links.isEmpty() && !view.topology().covers(address)) {
      instead =
          Optional.of(
              notConfigured(address + " is in no configured link, pool or lease that is held"));
    }
    return new Plan.Scan(selector, false, instead, silentSince);
  }

  private static Plan.Refuse notConfigured(String reason) {
    return Plan.Refuse.with(StatusCode.NOT_CONFIGURED, reason);
  }
}
