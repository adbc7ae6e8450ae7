package bindery.wire;

import bindery.model.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * One option, not taken apart (RFC 8415 21.1).
 *
 * @param code 0..65535
 * @param data without code and length; at most 65,535 octets
 */
public record DhcpOption(int code, Bytes data) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if code or size is out of range
   */
  public DhcpOption {
    if (code < 0 || code > 0xffff) {
      throw new IllegalArgumentException("an option code of " + code + " (expected 0..65535)");
    }
    if (data.size() > 0xffff) {
      throw new IllegalArgumentException(
          "an option of " + data.size() + " octets (expected at most 65535)");
    }
  }

  /**
   * Reads options that stand back to back.
   *
   * @throws MalformedMessageException if they do not fit the octets exactly; its offset counts from
   *     the first of them
   */
  public static List<DhcpOption> decodeAll(Bytes octets) throws MalformedMessageException {
    byte[] array = octets.toArray();
    List<DhcpOption> decoded = new ArrayList<>();
    OptionReader options = new OptionReader(OctetReader.of(array, 0, array.length));
    while (options.next()) {
      decoded.add(new DhcpOption(options.code(), options.data().rest()));
    }
    return List.copyOf(decoded);
  }

  /** Code and hexadecimal data, such as {@code 39:0001}. */
  @Override
  public String toString() {
    return code + ":" + data;
  }
}
