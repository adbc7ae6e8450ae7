/**
 * DHCPv6 leasequery octets to and from records: every octet is bounds-checked, nothing does I/O or
 * reads a clock.
 *
 * <p>The server's side: {@link bindery.wire.QueryDecoder} turns the message of one frame into an
 * {@link bindery.wire.Incoming}, which already says whether it is a {@link
 * bindery.wire.LeaseQuery}, refused with a status or dropped; {@link bindery.wire.ReplyEncoder}
 * writes the frames of one answer into a reused page. The requestor's side: {@link
 * bindery.wire.QueryEncoder} makes the frame of a query, and {@link bindery.wire.ReplyDecoder}
 * turns each message that comes back into a {@link bindery.wire.ServerMessage}. Anything above may
 * import this package; it imports {@code bindery.model} alone.
 */
@NullMarked
package bindery.wire;

import org.jspecify.annotations.NullMarked;
