package bindery.client.merge;

import bindery.model.LeaseKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A lease of which two servers do not say the same.
 *
 * @param key which lease
 * @param first what the first server tells; empty if it does not know the lease
 * @param second what the second server tells; empty if it does not know the lease
 */
public record LeaseDifference(LeaseKey key, Optional<ToldLease> first, Optional<ToldLease> second) {

  /** The ways in which they differ. */
  public enum Kind {
    /** The first server alone tells of the lease. */
    ONLY_FIRST,
    /** The second server alone tells of the lease. */
    ONLY_SECOND,
    /** They name different clients. */
    CLIENT,
    /** They name one client, and ends of the lease that are too far apart. */
    END
  }

  /**
   * Compares what was told of one lease by servers 0 and 1.
   *
   * @param told of {@link LeaseGroups#next}; not empty
   * @param slack how far apart two ends may be and still count as one, since each server and each
   *     message has its own moment
   * @return empty if they agree
   */
  public static Optional<LeaseDifference> of(List<ToldLease> told, Duration slack) {
    LeaseDifference sides =
        new LeaseDifference(told.get(0).lease().key(), by(0, told), by(1, told));
    boolean isSame =
        sides.first.isPresent()
            && sides.second.isPresent()
            && sides.first.get().client().equals(sides.second.get().client())
            && isNear(sides.first.get().validUntil(), sides.second.get().validUntil(), slack);
    return isSame ? Optional.empty() : Optional.of(sides);
  }

  private static Optional<ToldLease> by(int server, List<ToldLease> told) {
    return told.stream().filter(lease -> lease.server() == server).findFirst();
  }

  // One end alone that is infinite is as far from the other as can be, and does not overflow: an
  // instant is never negative beyond 32 bits.
  private static boolean isNear(long one, long other, Duration slack) {
    return one == other
        || (one != Long.MAX_VALUE
            && other != Long.MAX_VALUE
            && Math.abs(one - other) <= slack.toSeconds());
  }

  /** How they differ. */
  public Kind kind() {
    if (second.isEmpty()) {
      return Kind.ONLY_FIRST;
    }
    if (first.isEmpty()) {
      return Kind.ONLY_SECOND;
    }
    return first.get().client().equals(second.get().client()) ? Kind.END : Kind.CLIENT;
  }
}
