/**
 * The feeder's side of the public API: how a connector or the command line speaks to the nodes.
 *
 * <p>The main type is {@link bindery.feeder.FeedStream}: one feeder's numbered items, sent in
 * batches over one node at a time of a {@link bindery.feeder.ServerList}, resent after a loss, and
 * acknowledged item by item to an {@link bindery.feeder.AckListener}. {@link
 * bindery.feeder.LinkClient} and {@link bindery.feeder.AdminClient} are the blocking callers of the
 * remaining services. Depends on the public API alone, never on the store, on Raft or on a server.
 */
@NullMarked
package bindery.feeder;

import org.jspecify.annotations.NullMarked;
