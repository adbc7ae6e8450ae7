package bindery.client;

import bindery.wire.Status;
import java.util.OptionalLong;

/**
 * How one query ended (RFC 5460 6.3.1).
 *
 * @param outcome whether what was received is all there is
 * @param status what the server said: of its REPLY if it refused, else of its DONE; Success if it
 *     said nothing
 * @param reason why the answer is not complete, or no server was reached; empty for every other
 *     outcome
 * @param baseTime the last base-time received, in seconds since 2000; empty if none was
 * @param clientDataCount messages with client data that were taken
 */
public record QueryResult(
    Outcome outcome, Status status, String reason, OptionalLong baseTime, long clientDataCount) {

  /** The ways a query can end. */
  public enum Outcome {
    /** Everything that was found has been received. */
    COMPLETE,
    /** The server says that there is nothing. */
    NOTHING_FOUND,
    /** The server did not perform the query; the status says why. */
    REFUSED,
    /**
     * Something is missing: the server or the connection broke off, or a message could not be used.
     * What was received is sound as far as it goes, but that something was not received means
     * nothing.
     */
    INCOMPLETE,
    /** No server could be connected to; the query was not sent. */
    UNREACHABLE
  }
}
