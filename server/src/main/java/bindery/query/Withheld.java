package bindery.query;

import bindery.wire.Status;
import bindery.wire.StatusCode;

/**
 * Why a query is not answered "there is nothing", or not yet: a relay takes that at its word and
 * withdraws its customers' routes, so it is said only where it is known.
 */
public enum Withheld {
  /** Nothing was ever committed. */
  NEVER_FED(
      StatusCode.QUERY_TERMINATED,
      "no DHCPv6 server has fed any bindings yet",
      "start a feeder, see bindery feed"),
  /** The only source's first sync is still running. */
  FIRST_SYNC(
      StatusCode.QUERY_TERMINATED,
      "the first sync of the DHCPv6 server's bindings is still running",
      "wait for it, see bindery source list"),
  /** Nothing was found, and a later source's first sync is still running. */
  LATER_FIRST_SYNC(
      StatusCode.QUERY_TERMINATED,
      "nothing found, but the first sync of another DHCPv6 server's bindings is still running",
      "wait for it, see bindery source list"),
  /** Nothing was found, and a source's first sync ended that could not tell everything. */
  PARTLY_FED(
      StatusCode.QUERY_TERMINATED,
      "nothing found, but not all of the DHCPv6 server's bindings could be fed",
      "mend what the feeder rejected and resync, see bindery source list"),
  /** Only what ran out since its source fell silent was found. */
  SILENT(
      StatusCode.QUERY_TERMINATED,
      "what was held has run out since its DHCPv6 server was last heard of: it may hold all the"
          + " same",
      "have the source's feeder reach its server, see bindery source list"),
  /** The bindings of a link that was asked for are being moved. */
  REHOMING(
      StatusCode.QUERY_TERMINATED,
      "links were changed, and the bindings of this one are still being moved; ask again shortly",
      "wait for the job, see bindery status"),
  /** A query by relay-ID, and no binding ever carried one. */
  RELAY_ID_NEVER_FED(
      StatusCode.UNKNOWN_QUERY_TYPE,
      "no binding held here ever carried a relay-ID",
      "a Kea server keeps it only with store-extended-info: true"),
  /** A query by remote-ID, and no binding ever carried one. */
  REMOTE_ID_NEVER_FED(
      StatusCode.UNKNOWN_QUERY_TYPE,
      "no binding held here ever carried a remote-ID",
      "a Kea server keeps it only with store-extended-info: true");

  // A record of a number, so immutable, which cannot be seen from its type.
  @SuppressWarnings("ImmutableEnumChecker")
  private final StatusCode code;

  private final String reason;
  private final String remedy;

  Withheld(StatusCode code, String reason, String remedy) {
    this.code = code;
    this.reason = reason;
    this.remedy = remedy;
  }

  /** What the requestor is told. */
  Status status() {
    return new Status(code, reason);
  }

  /** What is the matter, for a person's eyes. */
  String reason() {
    return reason;
  }

  /** What the operator can do. */
  String remedy() {
    return remedy;
  }
}
