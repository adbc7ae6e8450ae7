package bindery.leasequery;

/** Why a datagram got no reply. */
public enum DatagramDrop {
  /** Its source is not listed (U-16). */
  NOT_LISTED,
  /** Its source has sent as many in this second, or has as many in work, as it may (U-15). */
  TOO_MANY,
  /** As many queries by UDP are in work as may be. */
  BUSY,
  /** The same query is in work already: its reply is to come (U-12). */
  REPEATED,
  /** It came through a relay, and such are not answered here (U-08). */
  RELAYED,
  /** It cannot be read, or is none that gets a reply (U-01, U-04). */
  DISCARDED,
  /** The reply could not be sent. */
  UNSENT
}
