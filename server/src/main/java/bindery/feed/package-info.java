/**
 * The server side of the public feed API: sessions, validation, acknowledgement, and links.
 *
 * <p>The main type is {@link bindery.feed.FeedService}. Each stream is a {@link
 * bindery.feed.FeedSession}: its batches are checked and mapped by {@link bindery.feed.ItemMapper},
 * gathered with those of all other streams into log entries by {@link bindery.feed.EntryGatherer},
 * and acknowledged in order once their entries are committed. {@link bindery.feed.ApiServer} hosts
 * it beside the other services of the API. The only place that sees gRPC's server, together with
 * {@code bindery.admin}.
 */
@NullMarked
package bindery.feed;

import org.jspecify.annotations.NullMarked;
