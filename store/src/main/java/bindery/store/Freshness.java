package bindery.store;

import bindery.model.Duid;
import org.jspecify.annotations.Nullable;

/**
 * Which of two tellings of one address or prefix is the newer: by CLT, whoever the client; at equal
 * CLT by who tells it.
 *
 * <p>At equal CLT a copy only marks. What the feeder that made the last change tells now wins,
 * since its items are applied once and in order. Across feeders an end beats a put of the same
 * client, a put beats another client's end, and of two puts the held one stays. An end that was
 * concluded from a sync's silence gives way to whoever tells of the lease after all, be it by a
 * copy; only not to the rest of that sync.
 *
 * @param cltt of the update, seconds since 2000
 * @param copy whether it was read from a page or a whole file
 * @param teller who tells it
 * @param now cluster time, seconds since 2000
 */
record Freshness(long cltt, boolean copy, Teller teller, long now) {
  /** Whether a held CLT is older, or lies so far ahead that it must not outrank what is live. */
  private boolean isNewerThan(long heldCltt) {
    return cltt > heldCltt || (!copy && heldCltt > now);
  }

  /** Whether a put replaces a lease that is held. */
  boolean putBeats(LeaseRecord held) {
    return isNewerThan(held.cltt())
        || (cltt == held.cltt() && !copy && held.feeder() == teller.feeder());
  }

  /** Whether a put of that client comes after the end. */
  boolean putBeats(Tombstone ended, Duid client) {
    boolean ofAnother = ended.client() != null && !ended.client().equals(client);
    return isNewerThan(ended.cltt())
        || (cltt == ended.cltt() && ended.isMere(teller))
        || (cltt == ended.cltt() && !copy && (ended.feeder() == teller.feeder() || ofAnother));
  }

  /**
   * Whether an end ends a lease that is held.
   *
   * @param client who tells the end; null for a decline that names nobody
   * @param holder who holds the lease
   * @param isDecline then it ends whoever holds it
   */
  boolean endBeats(LeaseRecord held, @Nullable Duid client, Duid holder, boolean isDecline) {
    boolean ofHolder = client == null || client.equals(holder);
    if (copy || (!ofHolder && !isDecline)) {
      return false;
    }
    return isNewerThan(held.cltt())
        || (cltt == held.cltt() && (held.feeder() == teller.feeder() || ofHolder));
  }

  /** Whether an end comes after an end. */
  boolean endBeats(Tombstone ended) {
    return !copy && isNewerThan(ended.cltt());
  }

  /** Whether a binding's own CLT, relay data, ids and options give way. */
  boolean beats(long bindingCltt) {
    return isNewerThan(bindingCltt) || (cltt == bindingCltt && !copy);
  }
}
