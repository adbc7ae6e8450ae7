/**
 * The fronts: bulk leasequery by TCP (RFC 5460), with accept, frame, fairness, back-pressure,
 * time-outs and access; and leasequery by UDP (RFC 5007).
 *
 * <p>The main type is {@link bindery.leasequery.LeasequeryServer}. A connection's octets become
 * frames, each read only when its query can be worked on; a frame becomes a query in {@link
 * bindery.leasequery.ConnectionHandler}; and an {@link bindery.leasequery.AnswerPump} moves the
 * query's answer to the socket, a page at a time, filled on the scan threads and never on an event
 * loop. {@link bindery.leasequery.DatagramFront} answers what comes by UDP. The only place that
 * sees Netty's channels.
 */
@NullMarked
package bindery.leasequery;

import org.jspecify.annotations.NullMarked;
