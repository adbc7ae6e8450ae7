/**
 * The connector that Kea takes for a backup server of its high availability.
 *
 * <p>{@link bindery.kea.ha.HaEndpoint} takes Kea's requests, {@link bindery.kea.ha.HaRequests}
 * answers them, {@link bindery.kea.ha.LiveFeed} has the leases committed, {@link
 * bindery.kea.ha.Reconciler} repairs what no request told, and {@link bindery.kea.ha.Gaps} keeps
 * what is still to be repaired. {@link bindery.kea.ha.HaConnector} is all of it.
 */
@NullMarked
package bindery.kea.ha;

import org.jspecify.annotations.NullMarked;
