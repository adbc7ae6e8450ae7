/**
 * The answers of several servers set side by side (RFC 5460 6.4): merged into one, or compared
 * lease by lease.
 *
 * <p>{@link bindery.client.merge.CollectedLeases} takes one server's answers, in whatever messages
 * they come, and keeps them as rows of single leases, sorted on disk by {@code SortedRows}. Then
 * {@link bindery.client.merge.LeaseGroups} walks over the rows of all servers at once, one lease
 * after another: {@link bindery.client.merge.MergedBindings} takes the newest of each and makes
 * bindings of them again, {@link bindery.client.merge.LeaseDifference} tells where two servers
 * differ. Memory is bounded whatever the answers hold; the disk holds each lease once or twice.
 */
@NullMarked
package bindery.client.merge;

import org.jspecify.annotations.NullMarked;
