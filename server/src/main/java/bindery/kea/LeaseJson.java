package bindery.kea;

import bindery.kea.KeaLease.Relays;
import bindery.model.DhcpTime;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * A lease as Kea's commands write it. Those from server to server carry the instant it ends, {@code
 * expire}; answers to a question carry {@code cltt} in its place.
 *
 * <pre>{@code
 * { "ip-address": "2001:db8:cafe:4200::", "type": "IA_PD", "prefix-len": 56, "iaid": 1,
 *   "duid": "00:03:00:01:00:11:22:33:44:55", "subnet-id": 1024, "expire": 1788007200,
 *   "preferred-lft": 4500, "valid-lft": 7200, "hostname": "", "state": 0,
 *   "user-context": { "ISC": { "relay-info": [ ... ] } } }
 * }</pre>
 */
public final class LeaseJson {
  private LeaseJson() {}

  /**
   * Reads one.
   *
   * @throws MalformedRowException if a value is missing, or is what it cannot be
   */
  public static KeaLease read(JsonNode lease) throws MalformedRowException {
    if (!lease.isObject()) {
      throw new MalformedRowException("a lease that is no object");
    }
    long valid = number(lease, "valid-lft", 0, DhcpTime.INFINITY);
    JsonNode context = lease.path("user-context");
    Relays relays = () -> UserContext.relays(context);
    return new KeaLease(
        key(lease),
        (int) number(lease, "state", KeaLease.STATE_HELD, KeaLease.STATE_REGISTERED),
        valid,
        number(lease, "preferred-lft", 0, DhcpTime.INFINITY),
        cltt(lease, valid),
        number(lease, "subnet-id", 0, 0xffff_ffffL),
        number(lease, "iaid", Integer.MIN_VALUE, 0xffff_ffffL),
        lease.has("pool-id") ? number(lease, "pool-id", 0, 0xffff_ffffL) : 0,
        text(lease, "duid"),
        lease.path("hw-address").asText(""),
        lease.path("hostname").asText(""),
        relays);
  }

  private static long cltt(JsonNode lease, long valid) throws MalformedRowException {
    if (lease.has("cltt")) {
      return number(lease, "cltt", 0, Long.MAX_VALUE);
    }
    return KeaLease.cltt(number(lease, "expire", 0, Long.MAX_VALUE), valid, "valid-lft");
  }

  private static LeaseKey key(JsonNode lease) throws MalformedRowException {
    String type = text(lease, "type");
    try {
      Ipv6Address address = Ipv6Address.parse(text(lease, "ip-address"));
      return switch (type) {
        case "IA_NA" -> LeaseKey.ofAddress(address);
        case "IA_PD" ->
            LeaseKey.ofPrefix(new Ipv6Prefix(address, (int) number(lease, "prefix-len", 1, 128)));
        default ->
            throw new MalformedRowException("type is \"" + type + "\" (expected IA_NA or IA_PD)");
      };
    } catch (IllegalArgumentException e) {
      throw new MalformedRowException("ip-address: " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode lease, String key) throws MalformedRowException {
    JsonNode value = lease.path(key);
    if (!value.isTextual()) {
      throw new MalformedRowException(key + " is " + JsonText.shown(value) + " (expected a text)");
    }
    return value.textValue();
  }

  private static long number(JsonNode lease, String key, long min, long max)
      throws MalformedRowException {
    JsonNode value = lease.path(key);
    if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
      throw new MalformedRowException(
          key
              + " is "
              + JsonText.shown(value)
              + " (expected a number of "
              + min
              + ".."
              + max
              + ")");
    }
    return value.longValue();
  }
}
