package bindery.query;

import bindery.wire.Status;

/**
 * The one reply to a query by UDP.
 *
 * @param message a LEASEQUERY-REPLY without a size in front; not to be changed
 * @param result ANSWERED, EMPTY or REFUSED; or TERMINATED where the query may be asked again later
 * @param status that it tells; Success if none
 * @param bindings told in it, 0 or 1
 * @param linksLeftOut links of the client that it should name and does not, since no address leads
 *     to them
 * @param revision it tells of; -1 if it tells of none
 */
@SuppressWarnings("ArrayRecordComponent") // made once, sent once
public record DatagramAnswer(
    byte[] message,
    Answer.Result result,
    Status status,
    int bindings,
    int linksLeftOut,
    long revision) {}
