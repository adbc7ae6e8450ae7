package bindery.store;

import bindery.model.Bytes;
import bindery.model.LeaseKey;
import java.util.List;

/**
 * Everything held about one lease of a binding. Instants are seconds since 2000; one that never
 * comes is {@link Long#MAX_VALUE}.
 *
 * @param key the address or prefix
 * @param iaid of the IA it was granted in
 * @param granted the instant the lifetimes run from
 * @param preferredEnd brought down to {@code validEnd} if above
 * @param validEnd the lease is live before this instant, and ended at it
 * @param cltt the client's exchange that told of it last
 * @param hint what was last said of the link
 * @param feeder id of the feeder that made the last change
 * @param sequence of that change
 * @param holders the sources that hold it, by ascending id
 * @param options inside the IA Address or IA Prefix option, whole, at most {@value #OPTIONS_MAX}
 *     octets
 * @param poolId the server's pool, unsigned; 0 if not told
 * @param hostname at most 255 octets of UTF-8; empty if not told
 */
record LeaseRecord(
    LeaseKey key,
    int iaid,
    long granted,
    long preferredEnd,
    long validEnd,
    long cltt,
    LinkHint hint,
    int feeder,
    long sequence,
    List<Holder> holders,
    Bytes options,
    long poolId,
    String hostname) {
  /** The most octets of {@code options}. */
  static final int OPTIONS_MAX = LeaseKey.OPTIONS_SIZE_MAX;

  /** The most octets of {@code hostname}. */
  static final int HOSTNAME_MAX = 255;

  /** Brings the preferred end down and copies the list. */
  LeaseRecord {
    preferredEnd = Math.min(preferredEnd, validEnd);
    holders = List.copyOf(holders);
    if (options.size() > OPTIONS_MAX) {
      throw new IllegalArgumentException(
          options.size() + " octets of options inside a lease (expected <= " + OPTIONS_MAX + ")");
    }
  }

  /** The same with other holders. */
  LeaseRecord withHolders(List<Holder> changed) {
    return new LeaseRecord(
        key,
        iaid,
        granted,
        preferredEnd,
        validEnd,
        cltt,
        hint,
        feeder,
        sequence,
        changed,
        options,
        poolId,
        hostname);
  }

  /** Whether it is live at that instant. */
  boolean isLive(long now) {
    return validEnd > now;
  }
}
