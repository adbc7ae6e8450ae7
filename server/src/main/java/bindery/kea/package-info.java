/**
 * Readers of what Kea, ISC's DHCPv6 server, writes: its lease file and its configuration.
 *
 * <p>{@link bindery.kea.LeaseFileReader} turns the rows of a lease file, or of the set of files
 * that Kea's clean-up leaves, into exchanges of the public API, in constant memory. {@link
 * bindery.kea.KeaConfigReader} turns the subnets of a configuration into links, and {@link
 * bindery.kea.LinkMerge} joins those with the links that a cluster has. {@link
 * bindery.kea.LinkImport} puts what came of that; every connector from Kea may use it.
 */
@NullMarked
package bindery.kea;

import org.jspecify.annotations.NullMarked;
