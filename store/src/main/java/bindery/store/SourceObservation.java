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
 * @param putsSinceRelayed those since the last that did
 * @param relayedPutsSinceRelayId of those that did, the ones since the last that carried a relay-ID
 * @param isRelayIdSeen whether any carried one
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
    long putsSinceRelayed,
    long relayedPutsSinceRelayId,
    boolean isRelayIdSeen,
    long unlinkedPuts,
    List<Unlinked> unlinked,
    long takeovers,
    OptionalLong skewMillis) {
  private static final long NEVER_AMONG = 50;
  private static final long NOT_AMONG_LAST = 1_000;

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

  /** Whether no exchange came through a relay: of 50 or more, or of the last 1,000. */
  public boolean lacksRelays() {
    return isAbsent(relayedPuts > 0, putsSinceRelayed);
  }

  /** Whether those that came through a relay carried no relay-ID: of 50, or of the last 1,000. */
  public boolean lacksRelayIds() {
    return isAbsent(isRelayIdSeen, relayedPutsSinceRelayId);
  }

  private static boolean isAbsent(boolean isSeen, long since) {
    return since >= (isSeen ? NOT_AMONG_LAST : NEVER_AMONG);
  }
}
