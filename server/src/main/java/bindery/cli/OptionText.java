package bindery.cli;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import bindery.model.RemoteId;
import bindery.wire.DhcpOption;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What options hold, in words, for those that are known; nothing in them can reach a terminal as
 * anything but printable ASCII.
 */
final class OptionText {
  private static final int LABEL_SIZE_MAX = 63;

  // Control characters, those beyond ASCII too (U+009B begins a command as ESC [ does), what turns
  // the direction of writing, and what ends a line.
  private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

  private OptionText() {}

  /** Name and content, the latter in hexadecimal if nothing better is known. */
  static String named(DhcpOption option) {
    return OptionNames.of(option.code()) + " " + of(option).orElse(hex(option.data()));
  }

  private static String hex(Bytes data) {
    return data.isEmpty() ? "(empty)" : "0x" + data.hex();
  }

  /** The content; empty if the option is not known, or is not what its definition says. */
  static Optional<String> of(DhcpOption option) {
    Bytes data = option.data();
    return switch (option.code()) {
      case OptionCode.CLIENT_ID, OptionCode.SERVER_ID, OptionCode.RELAY_ID ->
          Duid.isValidSize(data.size()) ? Optional.of(data.hex()) : Optional.empty();
      case OptionCode.INTERFACE_ID, OptionCode.SUBSCRIBER_ID, 41, 42, 59, 103, 112 ->
          printable(data);
      case OptionCode.REMOTE_ID -> remoteId(data);
      case 22, 23, 27, 28, 31, 34, 40 -> addresses(data);
      case 80 -> data.size() == Ipv6Address.SIZE ? addresses(data) : Optional.empty();
      case 21, 24, 29, 30, 33, 51, 57, 58, 64, 65 -> domainNames(data, 0);
      case 39 -> data.isEmpty() ? Optional.empty() : domainNames(data, 1);
      case OptionCode.CLIENT_LINKLAYER_ADDRESS -> linkLayerAddress(data);
      case 32, 82, 83, OptionCode.CLT_TIME, OptionCode.LQ_BASE_TIME ->
          data.size() == 4 ? Optional.of(Long.toString(number(data))) : Optional.empty();
      case OptionCode.RELAY_PORT, 8 ->
          data.size() == 2 ? Optional.of(Long.toString(number(data))) : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Octets that are all printable ASCII, as text. */
  static Optional<String> printable(Bytes data) {
    for (int i = 0; i < data.size(); i++) {
      if (data.at(i) < ' ' || data.at(i) > '~') {
        return Optional.empty();
      }
    }
    return data.isEmpty()
        ? Optional.empty()
        : Optional.of(new String(data.toArray(), StandardCharsets.US_ASCII));
  }

  /** Text from elsewhere with everything taken out that a terminal could act upon. */
  static String harmless(String text) {
    return HARMFUL.matcher(text).replaceAll("?");
  }

  private static Optional<String> remoteId(Bytes data) {
    if (data.size() < RemoteId.SIZE_MIN || data.size() > RemoteId.SIZE_MAX) {
      return Optional.empty();
    }
    byte[] octets = data.toArray();
    String words =
        printable(Bytes.of(octets, 4, octets.length - 4)).map(text -> " (" + text + ")").orElse("");
    return Optional.of(new RemoteId(data) + words);
  }

  private static Optional<String> addresses(Bytes data) {
    if (data.isEmpty() || data.size() % Ipv6Address.SIZE != 0) {
      return Optional.empty();
    }
    List<String> addresses = new ArrayList<>();
    byte[] octets = data.toArray();
    for (int at = 0; at < octets.length; at += Ipv6Address.SIZE) {
      addresses.add(Ipv6Address.of(octets, at).toString());
    }
    return Optional.of(String.join(",", addresses));
  }

  private static Optional<String> linkLayerAddress(Bytes data) {
    if (data.size() < 3) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder();
    for (int i = 2; i < data.size(); i++) {
      text.append(i == 2 ? "" : ":").append(String.format("%02x", data.at(i)));
    }
    return Optional.of(text.toString());
  }

  private static long number(Bytes data) {
    return Long.parseLong(data.hex(), 16);
  }

  /** Names in the wire form of DNS, uncompressed; the last may lack its end (RFC 4704 4.2). */
  private static Optional<String> domainNames(Bytes data, int from) {
    List<String> names = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    int at = from;
    while (at < data.size()) {
      int size = data.at(at++);
      if (size == 0) {
        names.add(name.isEmpty() ? "." : name.toString());
        name.setLength(0);
        continue;
      }
      if (size > LABEL_SIZE_MAX || at + size > data.size()) {
        return Optional.empty();
      }
      Optional<String> label = printable(Bytes.of(data.toArray(), at, size));
      if (label.isEmpty()) {
        return Optional.empty();
      }
      name.append(name.isEmpty() ? "" : ".").append(label.get());
      at += size;
    }
    if (!name.isEmpty()) {
      names.add(name.toString());
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(String.join(",", names));
  }
}
