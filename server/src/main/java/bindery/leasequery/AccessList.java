package bindery.leasequery;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The requestors that may ask, by source address (S-04). Immutable.
 *
 * <p>Leasequery tells where customers live and which routes a relay installs, so nobody but this
 * host is let in until someone says who (RFC 5460 8). Of several entries around an address the one
 * with the longest prefix holds, and it alone.
 */
public final class AccessList {
  private static final List<RequestorRule> LOOPBACK =
      List.of(RequestorRule.of("127.0.0.0/8"), RequestorRule.of("::1/128"));

  private record Entry(Prefix prefix, IpSubnetFilterRule filter, RequestorRule rule) {}

  private record Prefix(String address, int length) {
    /** What the prefix stands for, alike however it was written. */
    String network() {
      byte[] octets = NetUtil.createByteArrayFromIpAddressString(address);
      for (int bit = length; bit < 8 * octets.length; bit++) {
        octets[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
      }
      return HexFormat.of().formatHex(octets) + "/" + length;
    }

    boolean isOneAddress() {
      return length == (address.indexOf(':') >= 0 ? 128 : 32);
    }
  }

  private final List<Entry> entries;
  private final boolean isLoopbackOnly;

  /**
   * Of those rules.
   *
   * @param rules empty means loopback only
   * @throws IllegalArgumentException if two stand for the same
   */
  public AccessList(List<RequestorRule> rules) {
    isLoopbackOnly = rules.isEmpty();
    entries =
        (isLoopbackOnly ? LOOPBACK : rules)
            .stream()
                .map(rule -> new Entry(parse(rule.from()), filter(rule.from()), rule))
                .sorted(Comparator.comparing((Entry entry) -> -entry.prefix.length))
                .toList();
    Set<String> seen = new HashSet<>();
    for (Entry entry : entries) {
      if (!seen.add(entry.prefix.network())) {
        throw new IllegalArgumentException(
            entry.rule.from() + " stands twice (expected one entry for each prefix)");
      }
    }
  }

  /**
   * Checks one prefix: {@code 2001:db8::/32}, {@code 192.0.2.0/24}, or an address alone.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static void check(String prefix) {
    var unused = filter(prefix);
  }

  private static Prefix parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    // A name would be looked up: an address alone is taken.
    boolean isAddress = NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address);
    if (!isAddress || (slash >= 0 && !text.substring(slash + 1).matches("[0-9]{1,3}"))) {
      throw notAPrefix(text, null);
    }
    if (address.regionMatches(true, 0, "::ffff:", 0, 7) && address.indexOf('.') > 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is an IPv4 address in IPv6's clothes (expected it as plain IPv4)");
    }
    int length = address.indexOf(':') >= 0 ? 128 : 32;
    return new Prefix(address, slash < 0 ? length : Integer.parseInt(text.substring(slash + 1)));
  }

  private static IpSubnetFilterRule filter(String text) {
    Prefix prefix = parse(text);
    try {
      return new IpSubnetFilterRule(prefix.address, prefix.length, IpFilterRuleType.ACCEPT);
    } catch (IllegalArgumentException e) {
      throw notAPrefix(text, e);
    }
  }

  private static IllegalArgumentException notAPrefix(String prefix, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "not a prefix: \"" + prefix + "\" (expected for example 2001:db8::/32 or 192.0.2.0/24)",
        cause);
  }

  /** Whether only this host is let in because nobody else was named. */
  boolean isLoopbackOnly() {
    return isLoopbackOnly;
  }

  /** For whom the last connection is kept: nobody, where this host or one address stands alone. */
  Connections.KeptFor lastSlot() {
    if (isLoopbackOnly) {
      return Connections.KeptFor.NOBODY;
    }
    if (entries.size() > 1) {
      return Connections.KeptFor.ANOTHER_ENTRY;
    }
    return entries.get(0).prefix.isOneAddress()
        ? Connections.KeptFor.NOBODY
        : Connections.KeptFor.ANOTHER_ADDRESS;
  }

  /** What a prefix stands for, alike however it was written. */
  static String network(String prefix) {
    return parse(prefix).network();
  }

  /** The entry for that address; empty if it may not ask. */
  Optional<RequestorRule> find(InetAddress requestor) {
    return find(new InetSocketAddress(requestor, 0));
  }

  /** The entry for an address, whatever the port; empty if it may not ask. */
  Optional<RequestorRule> find(InetSocketAddress requestor) {
    return entries.stream()
        .filter(entry -> entry.filter.matches(requestor))
        .map(Entry::rule)
        .findFirst();
  }

  /** Whether a connection from there may stay. */
  boolean admits(InetSocketAddress requestor) {
    return find(requestor).isPresent();
  }
}
