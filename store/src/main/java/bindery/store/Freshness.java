package bindery.store;

import bindery.model.Duid;
import org.jspecify.annotations.Nullable;

/**
 * Which of two tellings of one address or prefix is the newer: by CLT, whoever the client; at equal
 * CLT by who tells it.
 *
 * <p>At equal CLT a copy only marks. Against the feeder that made the last change the later
 * sequence wins. Across feeders an end beats a put of the same client, a put beats another client's
 * end, and of two puts the held one stays.
 *
 * @param cltt of the update, seconds since 2000
 * @param copy whether it was read from a page or a whole file
 * @param feeder id of who tells it
 * @param now cluster time, seconds since 2000
 */
record Freshness(long cltt, boolean copy, int feeder, long now) {
  /** Whether a held CLT is older, or lies so far ahead that it must not outrank what is live. */
  private boolean isNewerThan(long heldCltt) {
    return cltt > heldCltt || (!copy && heldCltt > now);
  }

  /** Whether a put replaces a lease that is held. */
  boolean putBeats(LeaseRecord held) {
    return isNewerThan(held.cltt()) || (cltt == held.cltt() && !copy && held.feeder() == feeder);
  }

  /** Whether a put of that client comes after the end. */
  boolean putBeats(Tombstone ended, Duid client) {
    boolean ofAnother = ended.client() != null && !ended.client().equals(client);
    return isNewerThan(ended.cltt())
        || (cltt == ended.cltt() && !copy && (ended.feeder() == feeder || ofAnother));
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
        || (cltt == held.cltt() && (held.feeder() == feeder || ofHolder));
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
