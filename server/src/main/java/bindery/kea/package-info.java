/**
 * What Kea, ISC's DHCPv6 server, writes, and what a connector makes of it: its lease file and its
 * configuration.
 *
 * <p>{@link bindery.kea.LeaseFileReader} turns the rows of a lease file, or of the set of files
 * that Kea's clean-up leaves, into exchanges of the public API, in constant memory. {@link
 * bindery.kea.LeaseFollower} feeds them as Kea appends them: {@code LeaseFileTail} reads each row
 * once through the clean-ups, {@code FollowSession} puts it and knows when a full resync is due,
 * {@code RowTally} knows how far all is acknowledged, and {@code PositionFile} keeps that.
 *
 * <p>{@link bindery.kea.KeaConfigReader} turns the subnets of a configuration into links, {@link
 * bindery.kea.LinkMerge} joins those with the links that a cluster has, and {@link
 * bindery.kea.LinkImport} puts what came of that; every connector from Kea may use it. Knows {@code
 * feeder}, {@code model} and the public API; the commands know it.
 */
@NullMarked
package bindery.kea;

import org.jspecify.annotations.NullMarked;
