package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.OptionCode;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a server sends, and decides what of it a requestor has to leave unused.
 *
 * <p>Options that are not known are passed over (RFC 8415 16). Whether a transaction-id is one that
 * was asked, the caller knows.
 *
 * <p>Pure; any thread. What it allocates is bounded by the message, at most 65,535 octets.
 */
public final class ReplyDecoder {
  // Not final: gathered while walking over the options of one message.
  private @Nullable Bytes serverId;
  private @Nullable Bytes clientId;
  private @Nullable Status status;
  private @Nullable OctetReader clientData;
  private boolean hasClientLink;
  private OptionalLong baseTime = OptionalLong.empty();

  private ReplyDecoder() {}

  /**
   * Reads one message.
   *
   * @param octets holds the message; not kept
   * @param offset where the message starts, behind its message-size
   * @param length octets of the message
   * @param requestor own DUID, which a REPLY must name
   * @throws MalformedMessageException if the message is not what its format demands, so that
   *     nothing after it on the connection can be trusted
   */
  public static ServerMessage decode(byte[] octets, int offset, int length, Duid requestor)
      throws MalformedMessageException {
    OctetReader message = OctetReader.of(octets, offset, length);
    MessageType type = new MessageType(message.uint8("msg-type"));
    int transactionId = message.uint24("transaction-id");
    ReplyDecoder decoder = new ReplyDecoder();
    decoder.readOptions(message);
    if (type.equals(MessageType.LEASEQUERY_REPLY)) {
      return decoder.reply(transactionId, requestor);
    }
    if (type.equals(MessageType.LEASEQUERY_DATA)) {
      return decoder.data(transactionId);
    }
    if (type.equals(MessageType.LEASEQUERY_DONE)) {
      return new ServerMessage.Done(transactionId, decoder.statusOrSuccess(), decoder.baseTime);
    }
    return new ServerMessage.Discarded(
        transactionId, type, "a message of type " + type + " from a server (expected 15..17)");
  }

  private void readOptions(OctetReader message) throws MalformedMessageException {
    OptionReader options = new OptionReader(message);
    while (options.next()) {
      OctetReader data = options.data();
      switch (options.code()) {
        case OptionCode.SERVER_ID -> {
          data.requireFirst(serverId == null, "SERVERID");
          serverId = data.rest();
        }
        case OptionCode.CLIENT_ID -> {
          data.requireFirst(clientId == null, "CLIENTID");
          clientId = data.rest();
        }
        case OptionCode.STATUS_CODE -> {
          data.requireFirst(status == null, "STATUS_CODE");
          status = new Status(new StatusCode(data.uint16("status-code")), data.text());
        }
        case OptionCode.CLIENT_DATA -> {
          data.requireFirst(clientData == null, "CLIENT_DATA");
          clientData = data;
        }
        case OptionCode.LQ_BASE_TIME -> {
          data.requireFirst(baseTime.isEmpty(), "LQ_BASE_TIME");
          data.requireExactly(4, "LQ_BASE_TIME");
          baseTime = OptionalLong.of(data.uint32("LQ_BASE_TIME"));
        }
        case OptionCode.LQ_CLIENT_LINK -> hasClientLink = true;
        default -> {
          // An option that is not known changes nothing.
        }
      }
    }
  }

  private Status statusOrSuccess() {
    return status == null ? Status.SUCCESS : status;
  }

  private ServerMessage reply(int transactionId, Duid requestor) throws MalformedMessageException {
    MessageType type = MessageType.LEASEQUERY_REPLY;
    Bytes server = serverId;
    if (server == null || !Duid.isValidSize(server.size())) {
      return new ServerMessage.Discarded(
          transactionId, type, type + " with SERVERID " + orNone(server) + " (expected a DUID)");
    }
    if (clientId == null || !clientId.equals(requestor.octets())) {
      return new ServerMessage.Discarded(
          transactionId,
          type,
          type + " with CLIENTID " + orNone(clientId) + " (expected " + requestor + ")");
    }
    Optional<ClientData> decoded = Optional.empty();
    Optional<String> fault = Optional.empty();
    if (clientData != null) {
      ClientDataReader reader = ClientDataReader.read(clientData);
      decoded = reader.clientData();
      fault = reader.fault();
    } else if (hasClientLink) { // passed over, it would make the message say that nothing was found
      fault = Optional.of("LQ_CLIENT_LINK in place of CLIENT_DATA (expected none over TCP)");
    }
    Status reported = statusOrSuccess();
    boolean endsAnswer = clientData == null || !reported.isSuccess();
    return new ServerMessage.Reply(
        transactionId, new Duid(server), reported, baseTime, endsAnswer, decoded, fault);
  }

  private static String orNone(@Nullable Bytes octets) {
    return octets == null ? "none" : octets.hex();
  }

  private ServerMessage data(int transactionId) throws MalformedMessageException {
    MessageType type = MessageType.LEASEQUERY_DATA;
    if (clientData == null) {
      return new ServerMessage.Discarded(
          transactionId, type, type + " without CLIENT_DATA (expected one)");
    }
    ClientDataReader reader = ClientDataReader.read(clientData);
    Optional<ClientData> decoded = reader.clientData();
    if (decoded.isEmpty()) {
      return new ServerMessage.Discarded(
          transactionId, type, type + " with " + reader.fault().orElse("unusable CLIENT_DATA"));
    }
    return new ServerMessage.Data(transactionId, baseTime, decoded.get());
  }
}
