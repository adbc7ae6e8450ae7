package bindery.query;

import bindery.model.Duid;
import bindery.model.OptionCode;
import bindery.wire.LeaseQuery;
import bindery.wire.QueryKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a requestor may ask and be told (RFC 5007 4.4.1, RFC 5460 8). Immutable.
 *
 * @param queryTypes the types it may ask by number; empty for all
 * @param links names of the links whose bindings it may be told of; empty for all. One that there
 *     is not has none
 * @param relayIds the relay-IDs it may ask by, and then by nothing else; empty for no such limit
 * @param hiddenOptions option codes that it is not told, beside those that nobody is (S-53); 47 for
 *     relay data, and none of what stands in it
 */
public record QueryScope(
    Set<Integer> queryTypes, List<String> links, Set<Duid> relayIds, Set<Integer> hiddenOptions) {
  /** No limit. */
  public static final QueryScope ALL = new QueryScope(Set.of(), List.of(), Set.of(), Set.of());

  /**
   * Copies all.
   *
   * @throws IllegalArgumentException if an option is hidden that cannot be, see {@link
   *     #checkHidden}
   */
  public QueryScope {
    queryTypes = Set.copyOf(queryTypes);
    links = List.copyOf(links);
    relayIds = Set.copyOf(relayIds);
    hiddenOptions = Set.copyOf(hiddenOptions);
    hiddenOptions.forEach(QueryScope::checkHidden);
  }

  /**
   * Checks the code of an option that is not to be told.
   *
   * @throws IllegalArgumentException if it is told inside relay data alone, which is told whole or
   *     not at all
   */
  public static void checkHidden(int code) {
    if (RequestedOptions.OF_RELAYS.contains(code)) {
      throw new IllegalArgumentException(
          code
              + " is told inside relay data alone, whole or not at all (expected "
              + OptionCode.LQ_RELAY_DATA
              + ", which hides relay data)");
    }
  }

  /** Why the query may not be asked, for a person's eyes; empty if it may. */
  Optional<String> refusal(LeaseQuery query) {
    int type = query.type().code();
    if (!queryTypes.isEmpty() && !queryTypes.contains(type)) {
      return Optional.of("this requestor may not ask by query type " + type);
    }
    boolean isOwn =
        query.key() instanceof QueryKey.ByRelayId relay && relayIds.contains(relay.relay());
    return relayIds.isEmpty() || isOwn
        ? Optional.empty()
        : Optional.of("this requestor may ask by its own relay-ID alone");
  }

  /** The same, for one link alone. */
  QueryScope onLink(String name) {
    return new QueryScope(queryTypes, List.of(name), relayIds, hiddenOptions);
  }

  /** Those codes, and the hidden ones. */
  Set<Integer> hiding(Set<Integer> sensitiveOptions) {
    if (hiddenOptions.isEmpty()) {
      return sensitiveOptions;
    }
    Set<Integer> all = new HashSet<>(sensitiveOptions);
    all.addAll(hiddenOptions);
    return all;
  }
}
