package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.OptionCode;

/**
 * Reads what a requestor sends, and decides everything about it that the octets alone decide.
 *
 * <p>The rule: a message that cannot be read, or that does not say who asks for what, gets no
 * answer (RFC 5007 4.2.1) and its connection is drained and closed; anything else that is wrong
 * inside a readable message is answered with a status. Options that are not known, or not needed,
 * are passed over (RFC 8415 16).
 *
 * <p>Pure; any thread. What it allocates is bounded by the message, at most 65,535 octets.
 */
public final class QueryDecoder {
  private QueryDecoder() {}

  /**
   * Decides about one message.
   *
   * @param message what followed message-size in the frame; not kept
   * @param serverId this server's DUID; a message for another one is discarded (S-21)
   */
  public static Incoming decode(byte[] message, Duid serverId) {
    return decode(message, serverId, true);
  }

  /**
   * Decides about one message that came by UDP, as {@link #decode} does but for this: the types of
   * bulk leasequery alone are NotAllowed (U-02), LEASEQUERY is the only message there is, and the
   * options of time mean nothing (U-17).
   *
   * @param message without anything in front of it (U-01); not kept
   * @param serverId this server's DUID; a message for another one is discarded (S-21)
   */
  public static Incoming decodeDatagram(byte[] message, Duid serverId) {
    return decode(message, serverId, false);
  }

  private static Incoming decode(byte[] message, Duid serverId, boolean isBulk) {
    if (message.length < Frame.MESSAGE_SIZE_MIN) { // V-01
      return new Incoming.Discard(
          "a message of " + message.length + " octets (expected at least 4)");
    }
    try {
      return decodeFrom(OctetReader.of(message, 0, message.length), serverId, isBulk);
    } catch (MalformedMessageException e) { // V-05, V-06
      return new Incoming.Discard("a message that cannot be read: " + e.getMessage());
    }
  }

  private static Incoming decodeFrom(OctetReader message, Duid serverId, boolean isBulk)
      throws MalformedMessageException {
    MessageType type = new MessageType(message.uint8("msg-type"));
    int transactionId = message.uint24("transaction-id");
    if (isBulk && type.equals(MessageType.STARTTLS)) { // its options are ignored (RFC 7653 9.1)
      return new Incoming.StartTls(transactionId);
    }
    boolean active = isBulk && type.equals(MessageType.ACTIVELEASEQUERY);
    if (!active && !type.equals(MessageType.LEASEQUERY)) { // V-18
      return new Incoming.Discard("a message of type " + type + " (expected LEASEQUERY(14))");
    }
    OctetReader clientId = null;
    OctetReader lqQuery = null;
    OptionReader options = new OptionReader(message.copy());
    while (options.next()) {
      if (options.code() == OptionCode.CLIENT_ID) {
        if (clientId != null) { // V-17
          return new Incoming.Discard("a " + type + " with two CLIENTID options (expected one)");
        }
        clientId = options.data();
      } else if (options.code() == OptionCode.SERVER_ID) {
        Bytes named = options.data().rest();
        if (!named.equals(serverId.octets())) { // V-04
          // What is no DUID may be of any size, and ends up in a log.
          String other =
              Duid.isValidSize(named.size()) ? named.toString() : named.size() + " octets";
          return new Incoming.Discard(
              "a " + type + " for SERVERID " + other + " (expected " + serverId + " or none)");
        }
      } else if (options.code() == OptionCode.LQ_QUERY && lqQuery == null) {
        lqQuery = options.data();
      }
    }
    if (clientId == null) { // V-04
      return new Incoming.Discard("a " + type + " without CLIENTID (expected one)");
    }
    Duid requestor = clientId.duid("CLIENTID");
    if (active) { // V-19
      Status status = new Status(StatusCode.NOT_SUPPORTED, "active leasequery is not offered here");
      boolean base = QueryReader.asksForBaseTime(message, lqQuery);
      int queryType = QueryReader.queryType(lqQuery);
      return new Incoming.Refused(transactionId, queryType, requestor, status, true, base);
    }
    if (lqQuery == null) { // V-04
      return new Incoming.Discard("a LEASEQUERY without LQ_QUERY (expected one)");
    }
    boolean base = isBulk && QueryReader.asksForBaseTime(message, lqQuery);
    int queryType = QueryReader.queryType(lqQuery);
    try {
      QueryReader reader = new QueryReader(message, lqQuery, isBulk);
      return new Incoming.Query(reader.read(transactionId, requestor));
    } catch (RefusalException e) {
      return new Incoming.Refused(transactionId, queryType, requestor, e.status(), false, base);
    } catch (MalformedMessageException e) { // V-07, V-10
      Status status = new Status(StatusCode.MALFORMED_QUERY, String.valueOf(e.getMessage()));
      return new Incoming.Refused(transactionId, queryType, requestor, status, false, base);
    }
  }
}
