/**
 * The vocabulary of Bindery: immutable values with their limits, on the JDK alone.
 *
 * <p>Every other package speaks in these. {@link bindery.model.Duid} names a client or a relay,
 * {@link bindery.model.LeaseKey} an address or a delegated prefix, {@link bindery.model.RemoteId} a
 * line; {@link bindery.model.DhcpTime} is the one place that knows how instants are counted. A
 * value that exists is valid: its constructor has checked it.
 */
@NullMarked
package bindery.model;

import org.jspecify.annotations.NullMarked;
