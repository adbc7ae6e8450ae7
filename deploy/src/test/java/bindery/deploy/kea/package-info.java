/**
 * A real Kea, the relays and clients that it serves, and a cluster that is fed by it: whatever dies
 * meanwhile, every node must tell what Kea itself says of its leases in the end.
 *
 * <p>A {@link bindery.deploy.kea.Site} holds them all in namespaces of its own: {@link
 * bindery.deploy.kea.Kea}, three {@link bindery.deploy.kea.Node}s and whatever feeds them. {@link
 * bindery.deploy.kea.Load} is a crowd of {@link bindery.deploy.kea.Client}s, {@link
 * bindery.deploy.kea.Turmoil} kills and starts again, and {@link bindery.deploy.kea.Comparison}
 * judges. Nothing here uses Bindery's own code.
 */
@NullMarked
package bindery.deploy.kea;

import org.jspecify.annotations.NullMarked;
