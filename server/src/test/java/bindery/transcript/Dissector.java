package bindery.transcript;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Tells a leasequery message option by option, one a line, what is inside another one further in.
 * Goes by option codes alone, and shares nothing with the program's own decoder.
 */
final class Dissector {
  private static final HexFormat HEX = HexFormat.of();
  private static final int DATA_SHOWN_MAX = 48;
  private static final int RUN_SHOWN_MAX = 4;

  private static final Map<Integer, String> MESSAGES =
      Map.of(
          7, "REPLY",
          12, "RELAY-FORW",
          14, "LEASEQUERY",
          15, "LEASEQUERY-REPLY",
          16, "LEASEQUERY-DONE",
          17, "LEASEQUERY-DATA",
          22, "ACTIVELEASEQUERY",
          23, "STARTTLS");

  private static final Map<Integer, String> OPTIONS =
      Map.ofEntries(
          Map.entry(1, "CLIENTID"),
          Map.entry(2, "SERVERID"),
          Map.entry(5, "IAADDR"),
          Map.entry(6, "ORO"),
          Map.entry(9, "RELAY_MSG"),
          Map.entry(13, "STATUS_CODE"),
          Map.entry(18, "INTERFACE_ID"),
          Map.entry(23, "DNS_SERVERS"),
          Map.entry(26, "IAPREFIX"),
          Map.entry(37, "REMOTE_ID"),
          Map.entry(44, "LQ_QUERY"),
          Map.entry(45, "CLIENT_DATA"),
          Map.entry(46, "CLT_TIME"),
          Map.entry(47, "LQ_RELAY_DATA"),
          Map.entry(48, "LQ_CLIENT_LINK"),
          Map.entry(53, "RELAY_ID"),
          Map.entry(100, "LQ_BASE_TIME"),
          Map.entry(101, "LQ_START_TIME"),
          Map.entry(102, "LQ_END_TIME"));

  private final byte[] octets;
  private final List<String> lines = new ArrayList<>();

  private Dissector(byte[] octets) {
    this.octets = octets;
  }

  /** The lines of a message without its size. */
  static List<String> message(byte[] octets) {
    Dissector dissector = new Dissector(octets);
    int type = octets[0] & 0xff;
    dissector.lines.add(
        MESSAGES.getOrDefault(type, "TYPE " + type) + " xid " + HEX.formatHex(octets, 1, 4));
    dissector.options(4, octets.length, "  ");
    return dissector.lines;
  }

  private int uint16(int at) {
    return (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
  }

  private long uint32(int at) {
    return (long) uint16(at) << 16 | uint16(at + 2);
  }

  private String address(int at) {
    try {
      return InetAddress.getByAddress(java.util.Arrays.copyOfRange(octets, at, at + 16))
          .getHostAddress()
          .replaceFirst("(^|:)(0(:|$)){2,}", "::");
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** All options of a region; a long run of one code is told by its ends. */
  private void options(int from, int end, String indent) {
    List<Integer> starts = new ArrayList<>();
    for (int at = from; at < end; at += 4 + uint16(at + 2)) {
      starts.add(at);
    }
    int first = 0;
    while (first < starts.size()) {
      int next = first;
      while (next < starts.size() && uint16(starts.get(next)) == uint16(starts.get(first))) {
        next++;
      }
      if (next - first > RUN_SHOWN_MAX) {
        option(starts.get(first), indent);
        lines.add(indent + "... " + (next - first - 2) + " more of them ...");
        option(starts.get(next - 1), indent);
      } else {
        starts.subList(first, next).forEach(at -> option(at, indent));
      }
      first = next;
    }
  }

  private void option(int start, String indent) {
    int code = uint16(start);
    int at = start + 4;
    int end = at + uint16(start + 2);
    String name = indent + OPTIONS.getOrDefault(code, "OPTION") + "(" + code + ")";
    String deeper = indent + "  ";
    switch (code) {
      case 5 -> {
        lines.add(name + " " + address(at) + lifetimes(at + 16));
        options(at + 24, end, deeper);
      }
      case 26 -> {
        String prefix = address(at + 9) + "/" + (octets[at + 8] & 0xff);
        lines.add(name + " " + prefix + lifetimes(at));
        options(at + 25, end, deeper);
      }
      case 6 -> lines.add(name + codes(at, end));
      case 13 ->
          lines.add(
              name
                  + " "
                  + uint16(at)
                  + " \""
                  + new String(octets, at + 2, end - at - 2, StandardCharsets.UTF_8)
                  + "\"");
      case 44 -> {
        lines.add(name + " type " + octets[at] + " link " + address(at + 1));
        options(at + 17, end, deeper);
      }
      case 45 -> {
        lines.add(name);
        options(at, end, deeper);
      }
      case 47 -> {
        lines.add(name + " from " + address(at));
        relay(at + 16, end, deeper);
      }
      case 9 -> {
        lines.add(name);
        relay(at, end, deeper);
      }
      case 48 -> {
        lines.add(name);
        for (int link = at; link < end; link += 16) {
          lines.add(deeper + address(link));
        }
      }
      case 46, 100, 101, 102 -> lines.add(name + " " + uint32(at) + " s");
      default -> lines.add(name + data(at, end));
    }
  }

  private String lifetimes(int at) {
    return " preferred " + uint32(at) + " valid " + uint32(at + 4);
  }

  private String codes(int at, int end) {
    StringBuilder codes = new StringBuilder();
    for (int code = at; code < end; code += 2) {
      codes.append(' ').append(uint16(code));
    }
    return codes.toString();
  }

  private void relay(int at, int end, String indent) {
    int type = octets[at] & 0xff;
    lines.add(
        indent
            + MESSAGES.getOrDefault(type, "TYPE " + type)
            + " hop "
            + octets[at + 1]
            + " link "
            + address(at + 2)
            + " peer "
            + address(at + 18));
    options(at + 34, end, indent + "  ");
  }

  private String data(int at, int end) {
    if (end - at > DATA_SHOWN_MAX) {
      return " " + HEX.formatHex(octets, at, at + DATA_SHOWN_MAX) + "... (" + (end - at) + ")";
    }
    return end == at ? "" : " " + HEX.formatHex(octets, at, end);
  }
}
