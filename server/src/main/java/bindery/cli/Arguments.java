package bindery.cli;

import bindery.client.LeasequeryClient;
import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.HostPort;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.RemoteId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the values of options and parameters are written. */
final class Arguments {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private static final int API_PORT = 5470;

  // The types of the VSS option (RFC 6607 3.4).
  private static final int VPN_NAME = 0;
  private static final int VPN_ID = 1;
  private static final int VPN_GLOBAL = 255;

  private Arguments() {}

  /** The name of a source or of a feeder. */
  record Name(String text) {}

  /** A node's API; its port may be left out. */
  static final class ApiServer implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      return Arguments.convert(text, given -> HostPort.parse(given, API_PORT));
    }
  }

  /** A leasequery server; its port may be left out. */
  static final class LeasequeryServer implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      return Arguments.convert(text, given -> HostPort.parse(given, LeasequeryClient.PORT));
    }
  }

  /** The code of a DHCPv6 option, by number or name. */
  record OptionNumber(int code) {}

  /**
   * A VPN, as data of the VSS option (RFC 6607 3.2).
   *
   * @param octets type, and the name or id
   */
  record Vpn(Bytes octets) {}

  /** A member's Raft endpoint, {@code HOST:PORT}. */
  record RaftEndpoint(String text) {}

  /** Lets all commands below that one take such values. */
  static void register(CommandLine root) {
    register(root, Duid.class, Arguments::duid);
    register(root, Ipv6Address.class, Ipv6Address::parse);
    register(root, Ipv6Prefix.class, Ipv6Prefix::parse);
    register(root, Duration.class, Arguments::duration);
    register(root, Instant.class, text -> instant(text, Instant.now()));
    register(root, OptionNumber.class, text -> new OptionNumber(OptionNames.code(text)));
    register(root, Vpn.class, Arguments::vpn);
    register(root, Name.class, Arguments::name);
    register(root, RaftEndpoint.class, text -> new RaftEndpoint(HostPort.parse(text).toString()));
  }

  private static <T> void register(CommandLine root, Class<T> type, Function<String, T> parse) {
    root.registerConverter(type, text -> convert(text, parse));
  }

  private static <T> T convert(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * A DUID as systems show it: hexadecimal of either case, octets apart by colons or hyphens or not
   * at all, perhaps behind {@code 0x}.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static Duid duid(String text) {
    try {
      return Duid.parse(octets(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a DUID: \""
              + text
              + "\" (expected 3 to 130 octets, for example 0003000102005e1000aa or"
              + " 00:03:00:01:02:00:5e:10:00:aa)",
          e);
    }
  }

  /**
   * A remote-ID, its enterprise number in front, its octets written as those of a DUID.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static RemoteId remoteId(String text) {
    int colon = text.indexOf(':');
    try {
      return RemoteId.parse(text.substring(0, colon + 1) + octets(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not a remote-ID: \""
              + text
              + "\" (expected enterprise number and octets, for example 32473:706f72742d3137)",
          e);
    }
  }

  private static String octets(String text) {
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    return digits.replace('-', ':');
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw new IllegalArgumentException(
          "not a duration: \"" + text + "\" (expected for example 500ms, 30s, 5m or 1h)");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }

  /** RFC 3339, seconds since 1970, or as long ago as a duration says. */
  static Instant instant(String text, Instant now) {
    if (DURATION.matcher(text).matches()) {
      return now.minus(duration(text));
    }
    try {
      return text.matches("\\d{1,11}")
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "not a time: \""
              + text
              + "\" (expected for example 2026-11-28T10:00:00Z, 1795860000, or 10m for ten minutes"
              + " ago)",
          e);
    }
  }

  private static Vpn vpn(String text) {
    if (text.equals("global")) {
      return new Vpn(Bytes.of(new byte[] {(byte) VPN_GLOBAL}));
    }
    Bytes octets = Bytes.EMPTY;
    int type = VPN_NAME;
    if (text.startsWith("name:") && text.matches("name:[!-~]{1,254}")) {
      octets = Bytes.of(text.substring(5).getBytes(StandardCharsets.US_ASCII));
    } else if (text.matches("id:[0-9a-fA-F]{14}")) {
      octets = Bytes.parseHex(text.substring(3));
      type = VPN_ID;
    } else {
      throw new IllegalArgumentException(
          "not a VPN: \""
              + text
              + "\" (expected name:TEXT, id: with 14 hexadecimal digits, or global)");
    }
    byte[] data = new byte[1 + octets.size()];
    data[0] = (byte) type;
    octets.copyTo(data, 1);
    return new Vpn(Bytes.wrap(data));
  }

  private static Name name(String text) {
    if (!SOURCE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not a name: \"" + text + "\" (expected 1..64 of letters, digits, '.', '_' and '-')");
    }
    return new Name(text);
  }
}
