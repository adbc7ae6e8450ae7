package bindery.wire;

import bindery.model.Duid;

/** What a server has to do about one message from a requestor, as {@link QueryDecoder} decided. */
public sealed interface Incoming {
  /**
   * A query to answer.
   *
   * @param query valid in itself; whether it fits this server's links is not yet known
   */
  record Query(LeaseQuery query) implements Incoming {}

  /**
   * A readable message that is answered with a LEASEQUERY-REPLY of an error status and nothing more
   * (S-44).
   *
   * @param transactionId 0..0xffffff
   * @param queryType as it was sent, known or not; 0 if it cannot be read
   * @param requestor goes back in the REPLY's CLIENTID
   * @param status never Success
   * @param closes whether the connection is drained and closed after the REPLY; otherwise it stays
   *     open for further queries
   * @param baseTimeRequested whether the REPLY tells the time (S-72)
   */
  record Refused(
      int transactionId,
      int queryType,
      Duid requestor,
      Status status,
      boolean closes,
      boolean baseTimeRequested)
      implements Incoming {}

  /**
   * The wish to go on under TLS. Where TLS is not offered, the answer is {@link
   * ReplyEncoder#writeTlsRefusal} and the connection stays open (V-20).
   *
   * @param transactionId 0..0xffffff
   */
  record StartTls(int transactionId) implements Incoming {}

  /**
   * A message that gets no answer at all; the connection is then drained and closed.
   *
   * @param reason what was wrong, where, and what was expected; for the log
   */
  record Discard(String reason) implements Incoming {}
}
