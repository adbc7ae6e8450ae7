package bindery.kea;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Kea's escape within the columns {@code hostname} and {@code user_context}: {@code &#x} and two
 * hexadecimal digits of either case stand for one octet; there is no semicolon. Anything else,
 * {@code &#x} without digits among it, stands for itself.
 *
 * <pre>{@code {"hop": 0&#x2c "link": "::"}    is    {"hop": 0, "link": "::"} }</pre>
 */
final class KeaText {
  private static final String ESCAPE = "&#x";

  private KeaText() {}

  /**
   * The octets that a cell stands for.
   *
   * @param cell as read, each char one octet (ISO 8859-1)
   */
  static byte[] unescape(String cell) {
    int escape = cell.indexOf(ESCAPE);
    if (escape < 0) {
      return cell.getBytes(StandardCharsets.ISO_8859_1);
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream(cell.length());
    int at = 0;
    while (at < cell.length()) {
      int octet = cell.startsWith(ESCAPE, at) ? octetAt(cell, at + ESCAPE.length()) : -1;
      if (octet >= 0) {
        plain.write(octet);
        at += ESCAPE.length() + 2;
      } else {
        plain.write(cell.charAt(at++));
      }
    }
    return plain.toByteArray();
  }

  // -1 if there are no two hexadecimal digits.
  private static int octetAt(String cell, int at) {
    if (at + 2 > cell.length()) {
      return -1;
    }
    int high = Character.digit(cell.charAt(at), 16);
    int low = Character.digit(cell.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
