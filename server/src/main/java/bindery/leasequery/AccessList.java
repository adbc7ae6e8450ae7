package bindery.leasequery;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The requestors that may connect, by source address (S-04). Immutable.
 *
 * <p>Leasequery tells where customers live and which routes a relay installs, so nobody but this
 * host is let in until someone says who (RFC 5460 8).
 */
public final class AccessList {
  private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1/128");

  private final List<IpSubnetFilterRule> rules;
  private final boolean isLoopbackOnly;

  /**
   * Reads the list.
   *
   * @param prefixes as {@link #check} takes them; empty means loopback only
   */
  AccessList(List<String> prefixes) {
    isLoopbackOnly = prefixes.isEmpty();
    rules = (isLoopbackOnly ? LOOPBACK : prefixes).stream().map(AccessList::rule).toList();
  }

  /**
   * Checks one prefix: {@code 2001:db8::/32}, {@code 192.0.2.0/24}, or an address alone.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static void check(String prefix) {
    rule(prefix);
  }

  private static IpSubnetFilterRule rule(String prefix) {
    int slash = prefix.indexOf('/');
    String address = slash < 0 ? prefix : prefix.substring(0, slash);
    // A name would be looked up: only digits of an address are taken.
    boolean isAddress = address.matches("[0-9a-fA-F:.]+") && address.matches(".*[:.].*");
    if (!isAddress || (slash >= 0 && !prefix.substring(slash + 1).matches("[0-9]{1,3}"))) {
      throw notAPrefix(prefix, null);
    }
    if (address.regionMatches(true, 0, "::ffff:", 0, 7) && address.indexOf('.') > 0) {
      throw new IllegalArgumentException(
          "\"" + prefix + "\" is an IPv4 address in IPv6's clothes (expected it as plain IPv4)");
    }
    try {
      int length = address.indexOf(':') >= 0 ? 128 : 32;
      if (slash >= 0) {
        length = Integer.parseInt(prefix.substring(slash + 1));
      }
      return new IpSubnetFilterRule(address, length, IpFilterRuleType.ACCEPT);
    } catch (IllegalArgumentException e) {
      throw notAPrefix(prefix, e);
    }
  }

  private static IllegalArgumentException notAPrefix(
      String prefix, @org.jspecify.annotations.Nullable Throwable cause) {
    return new IllegalArgumentException(
        "not a prefix: \"" + prefix + "\" (expected for example 2001:db8::/32 or 192.0.2.0/24)",
        cause);
  }

  /** Whether only this host is let in because nobody else was named. */
  boolean isLoopbackOnly() {
    return isLoopbackOnly;
  }

  /** Whether a connection from there may stay. */
  boolean admits(InetSocketAddress requestor) {
    for (IpSubnetFilterRule rule : rules) {
      if (rule.matches(requestor)) {
        return true;
      }
    }
    return false;
  }
}
