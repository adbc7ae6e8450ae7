package bindery.store;

import bindery.model.Ipv6Address;
import bindery.model.LeaseKey;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a node saw of a source while it applied entries, since it opened its rows. What came too
 * late to change anything counts too: it shows as well how the source tells.
 *
 * @param puts exchanges that put a lease
 * @param relayedPuts those of them that came through a relay
 * @param relayed of the last 1,000 to 2,000 of those puts, how many came through a relay
 * @param withRelayId of the last 1,000 to 2,000 that did, how many carried a relay-ID
 * @param unlinkedPuts leases put that are on no link
 * @param unlinked what was said of their links in the last day and leads nowhere still, the latest
 *     first; at most eight
 * @param takeovers leases put that another source held live for another client
 * @param skewMillis the source's clock less cluster time, by the least delayed of its last eight
 *     batches; empty if none told it
 */
public record SourceObservation(
    long puts,
    long relayedPuts,
    Share relayed,
    Share withRelayId,
    long unlinkedPuts,
    List<Unlinked> unlinked,
    long takeovers,
    OptionalLong skewMillis) {
  /** Copies the list. */
  public SourceObservation {
    unlinked = List.copyOf(unlinked);
  }

  /**
   * What was said of a link that leads nowhere.
   *
   * @param subnetId the source's own; empty if none was given
   * @param linkAddress the innermost; null if none was given
   * @param lease the last that it was said of
   */
  public record Unlinked(
      OptionalLong subnetId, @Nullable Ipv6Address linkAddress, LeaseKey lease) {}

  /** How many {@code of} the latest {@code had} something. */
  public record Share(long had, long of) {
    private static final long OF_MIN = 50;

    /** Whether fewer than one in a hundred had it, of at least 50. */
    public boolean isScarce() {
      return of >= OF_MIN && had * 100 < of;
    }
  }
}
