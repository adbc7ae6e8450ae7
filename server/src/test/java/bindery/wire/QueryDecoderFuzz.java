package bindery.wire;

import java.util.Arrays;

/**
 * Fuzz target: any octets are a query, or are refused or discarded with a reason; a query is the
 * same after it was written and read again; and a datagram has a way back of the size it says.
 */
public final class QueryDecoderFuzz {
  private QueryDecoderFuzz() {}

  /** One input: a message without its size, by TCP and by UDP. */
  public static void fuzzerTestOneInput(byte[] input) {
    onConnection(input);
    inDatagram(input);
  }

  private static void inDatagram(byte[] input) {
    try {
      RelayPath path = RelayPath.read(input);
      Incoming incoming = QueryDecoder.decodeDatagram(path.message().toArray(), Vectors.SERVER);
      if (incoming instanceof Incoming.Query asked) {
        check(!asked.query().type().isBulk(), "a bulk query in a datagram");
        check(!asked.query().baseTimeRequested(), "a base-time in a datagram");
      }
      byte[] reply = new byte[Frame.HEADER_SIZE];
      check(
          path.wrap(reply).length == path.overhead() + reply.length,
          "another size than was said beforehand");
    } catch (MalformedMessageException e) {
      check(!String.valueOf(e.getMessage()).isEmpty(), "malformed without a reason");
    }
  }

  private static void onConnection(byte[] input) {
    Incoming incoming = QueryDecoder.decode(input, Vectors.SERVER);
    if (incoming instanceof Incoming.Query asked) {
      byte[] frame = QueryEncoder.encode(asked.query());
      byte[] message = Arrays.copyOfRange(frame, 2, frame.length);
      Incoming again = QueryDecoder.decode(message, Vectors.SERVER);
      check(again.equals(incoming), incoming + " became " + again);
    } else if (incoming instanceof Incoming.Refused refused) {
      check(refused.status().code().code() != 0, "refused with Success");
    } else if (incoming instanceof Incoming.Discard discard) {
      check(!discard.reason().isEmpty(), "discarded without a reason");
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
