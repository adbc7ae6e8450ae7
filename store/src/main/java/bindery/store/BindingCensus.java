package bindery.store;

import bindery.model.Duid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many bindings there are by link and by relay-ID, as of one revision.
 *
 * @param bindings that were counted
 * @param isPartial whether there are more rows, or more links or relays, than were looked at
 * @param byLink by link id; 0 for bindings on none
 * @param byRelay by the relay-ID of the newest relayed exchange; those without one are in none
 */
public record BindingCensus(
    long revision,
    long bindings,
    boolean isPartial,
    Map<Integer, Long> byLink,
    Map<Duid, Long> byRelay) {
  /** The most links, and the most relays, that are told apart. */
  public static final int GROUPS_MAX = 10_000;

  /** Copies the maps. */
  public BindingCensus {
    byLink = Map.copyOf(byLink);
    byRelay = Map.copyOf(byRelay);
  }

  /**
   * Counts; blocks for reading the keys of up to {@code rowsMax} bindings, twice.
   *
   * @param pinned held by the caller meanwhile
   */
  static BindingCensus take(PinnedSnapshot pinned, long revision, long rowsMax) {
    Map<Integer, Long> byLink = new HashMap<>();
    Map<Duid, Long> byRelay = new HashMap<>();
    long bindings = 0;
    boolean isPartial = false;
    try (RangeScan rows = all(pinned, Family.BINDING)) {
      while (!isPartial && rows.next()) {
        isPartial = !count(byLink, BindingKey.of(rows.copyKey(), 0).link());
        isPartial |= ++bindings >= rowsMax;
      }
    }
    long relayed = 0;
    boolean isRelayPartial = false;
    try (RangeScan rows = all(pinned, Family.RELAY)) {
      while (!isRelayPartial && rows.next()) {
        isRelayPartial = !count(byRelay, Keys.parseRelay(rows.copyKey()).relay());
        isRelayPartial |= ++relayed >= rowsMax;
      }
    }
    return new BindingCensus(revision, bindings, isPartial || isRelayPartial, byLink, byRelay);
  }

  private static RangeScan all(PinnedSnapshot pinned, Family family) {
    return new RangeScan(pinned, family, true, RangeScan.READAHEAD_BYTES, List.of(KeyRange.ALL));
  }

  /** Counts one more; false if there are too many to be told apart. */
  private static <K> boolean count(Map<K, Long> counts, K key) {
    if (!counts.containsKey(key) && counts.size() >= GROUPS_MAX) {
      return false;
    }
    counts.merge(key, 1L, Long::sum);
    return true;
  }
}
