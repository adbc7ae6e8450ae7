package bindery.wire;

import bindery.model.Duid;
import java.util.Optional;
import java.util.OptionalLong;

/** One message of an answer, as {@link ReplyDecoder} read it. */
public sealed interface ServerMessage {
  /** The transaction-id, 0..0xffffff, which says which query is answered. */
  int transactionId();

  /**
   * The first message of an answer (RFC 5007 4.1.1).
   *
   * @param transactionId 0..0xffffff
   * @param serverId who answers
   * @param status Success also where the message has none (T-02)
   * @param baseTime seconds since 2000 that ages and lifetimes count from; empty if not sent
   * @param endsAnswer whether nothing more follows: the status is an error, or the message has no
   *     CLIENT_DATA (RFC 5460 6.3.1)
   * @param clientData the first client; empty if there is none, or if it cannot be used
   * @param fault why the message does not give what was found, although it may be used;
   *     empty if it does
   */
  record Reply(
      int transactionId,
      Duid serverId,
      Status status,
      OptionalLong baseTime,
      boolean endsAnswer,
      Optional<ClientData> clientData,
      Optional<String> fault)
      implements ServerMessage {}

  /**
   * A further message of an answer (RFC 5460 5.2.1).
   *
   * @param transactionId 0..0xffffff
   * @param baseTime seconds since 2000 that ages and lifetimes count from; empty if not sent
   * @param clientData one more client
   */
  record Data(int transactionId, OptionalLong baseTime, ClientData clientData)
      implements ServerMessage {}

  /**
   * The last message of an answer with data (RFC 5460 5.2.2).
   *
   * @param transactionId 0..0xffffff
   * @param status Success also where the message has none (T-03)
   * @param baseTime seconds since 2000; empty if not sent
   */
  record Done(int transactionId, Status status, OptionalLong baseTime) implements ServerMessage {}

  /**
   * A message that a requestor has to leave unused.
   *
   * @param transactionId 0..0xffffff
   * @param type what it was
   * @param reason what was wrong and what was expected
   */
  record Discarded(int transactionId, MessageType type, String reason) implements ServerMessage {}
}
