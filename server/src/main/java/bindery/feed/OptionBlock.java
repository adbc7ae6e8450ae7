package bindery.feed;

import bindery.v1.RejectReason;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole DHCPv6 options back to back (RFC 8415 21.1): code (2), length (2), data.
 *
 * @param options in the order of the octets
 */
record OptionBlock(List<Option> options) {
  private static final int HEADER_SIZE = 4;

  OptionBlock {
    options = List.copyOf(options);
  }

  /** One option; the data is a view of the octets it was read from. */
  record Option(int code, ByteString data) {}

  /**
   * Reads options up to the last octet.
   *
   * @param what names the octets in the message
   * @throws RejectException with {@code reason} if an option runs beyond the end
   */
  static OptionBlock parse(ByteString octets, RejectReason reason, String what)
      throws RejectException {
    List<Option> options = new ArrayList<>();
    int at = 0;
    while (at < octets.size()) {
      int left = octets.size() - at;
      if (left < HEADER_SIZE) {
        throw new RejectException(
            reason,
            what
                + ": "
                + left
                + " octets at offset "
                + at
                + " (expected a header of 4 or the end)");
      }
      int length = number(octets, at + 2);
      if (length > left - HEADER_SIZE) {
        throw new RejectException(
            reason,
            what
                + ": option "
                + number(octets, at)
                + " at offset "
                + at
                + " of "
                + length
                + " octets (expected at most "
                + (left - HEADER_SIZE)
                + ")");
      }
      int data = at + HEADER_SIZE;
      options.add(new Option(number(octets, at), octets.substring(data, data + length)));
      at = data + length;
    }
    return new OptionBlock(options);
  }

  private static int number(ByteString octets, int at) {
    return (octets.byteAt(at) & 0xff) << 8 | (octets.byteAt(at + 1) & 0xff);
  }
}
