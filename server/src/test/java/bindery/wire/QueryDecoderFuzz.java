package bindery.wire;

import java.util.Arrays;

/**
 * Fuzz target: any octets are a query, or are refused or discarded with a reason; and a query is
 * the same after it was written and read again.
 */
public final class QueryDecoderFuzz {
  private QueryDecoderFuzz() {}

  /** One input: a message without its size. */
  public static void fuzzerTestOneInput(byte[] input) {
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
