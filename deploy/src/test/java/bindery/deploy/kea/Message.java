package bindery.deploy.kea;

import bindery.deploy.WireOption;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A DHCPv6 message as clients and relays build it (RFC 8415 8, 9): its type, what stands between
 * that and the options, and the options.
 */
final class Message {
  static final int SOLICIT = 1;
  static final int RENEW = 5;
  static final int REBIND = 6;
  static final int REPLY = 7;
  static final int RELEASE = 8;
  static final int DECLINE = 9;
  static final int RELAY_FORW = 12;
  static final int RELAY_REPL = 13;

  static final int CLIENTID = 1;
  static final int SERVERID = 2;
  static final int IA_NA = 3;
  static final int IAADDR = 5;
  static final int ELAPSED_TIME = 8;
  static final int RELAY_MSG = 9;
  static final int STATUS_CODE = 13;
  static final int RAPID_COMMIT = 14;
  static final int INTERFACE_ID = 18;
  static final int IA_PD = 25;
  static final int IAPREFIX = 26;
  static final int REMOTE_ID = 37;
  static final int RELAY_ID = 53;

  private static final int HEAD_OCTETS = 4;
  private static final int RELAY_HEAD_OCTETS = 34;

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  private Message() {}

  /** A client's message that has no options yet. */
  static Message of(int type, int transaction) {
    Message message = new Message();
    message.octets.writeBytes(
        ByteBuffer.allocate(HEAD_OCTETS).putInt(type << 24 | transaction).array());
    return message;
  }

  /** A RELAY-FORW around another message. */
  static byte[] relayed(int hopCount, Hop hop, byte[] inner) {
    Message message = new Message();
    message.octets.write(RELAY_FORW);
    message.octets.write(hopCount);
    message.octets.writeBytes(hop.link());
    message.octets.writeBytes(hop.peer());
    message.octets.writeBytes(hop.options());
    return message.with(RELAY_MSG, inner).octets();
  }

  /** The same with an option more. */
  Message with(int code, byte[] data) {
    octets.writeBytes(option(code, data));
    return this;
  }

  byte[] octets() {
    return octets.toByteArray();
  }

  static byte[] option(int code, byte[] data) {
    return ByteBuffer.allocate(4 + data.length)
        .putShort((short) code)
        .putShort((short) data.length)
        .put(data)
        .array();
  }

  /**
   * The options of the REPLY that a server sent, out of the RELAY-REPLs around it; empty if it is
   * no answer to that transaction.
   */
  static List<WireOption> repliedTo(int transaction, byte[] datagram) {
    byte[] message = datagram;
    while (message.length > RELAY_HEAD_OCTETS && message[0] == RELAY_REPL) {
      message =
          WireOption.parse(message, RELAY_HEAD_OCTETS, message.length).stream()
              .filter(option -> option.code() == RELAY_MSG)
              .findFirst()
              .map(WireOption::data)
              .orElse(new byte[0]);
    }
    if (message.length < HEAD_OCTETS
        || ByteBuffer.wrap(message).getInt() != (REPLY << 24 | transaction)) {
      return List.of();
    }
    return WireOption.parse(message, HEAD_OCTETS, message.length);
  }
}
