package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Ipv6Address;
import bindery.model.Ipv6Prefix;
import bindery.model.LeaseKey;

/**
 * One lease as it stands in CLIENT_DATA: an IAADDR or IAPREFIX option without an IA around it (RFC
 * 5007 4.4.2).
 *
 * <pre>{@code
 * IAADDR   := 0005 len(2) address(16) preferred(4) valid(4) IAaddr-option*
 * IAPREFIX := 001a len(2) preferred(4) valid(4) prefix-length(1) prefix(16) IAprefix-option*
 *
 * 001a 0019 00000690 00000d98 38 20010db8010000000000000000000000     2001:db8:100::/56
 * }</pre>
 *
 * @param key which address or prefix
 * @param preferredLifetime seconds left, 0..4294967295 (infinite); some servers send one above the
 *     valid lifetime, and it is passed on as sent
 * @param validLifetime seconds left, 0..4294967295 (infinite)
 * @param options the options inside, whole, back to back; {@link DhcpOption#decodeAll} reads them
 */
public record LeaseOption(LeaseKey key, long preferredLifetime, long validLifetime, Bytes options) {

  static LeaseOption readAddress(OctetReader data) throws MalformedMessageException {
    Ipv6Address address = data.address("IAADDR address");
    long preferred = data.uint32("IAADDR preferred-lifetime");
    long valid = data.uint32("IAADDR valid-lifetime");
    return new LeaseOption(LeaseKey.ofAddress(address), preferred, valid, readOptions(data));
  }

  /** Bits beyond the prefix length say nothing, so they are cleared. */
  static LeaseOption readPrefix(OctetReader data) throws MalformedMessageException {
    long preferred = data.uint32("IAPREFIX preferred-lifetime");
    long valid = data.uint32("IAPREFIX valid-lifetime");
    int offset = data.offset();
    int length = data.uint8("IAPREFIX prefix-length");
    if (length < 1 || length > 128) {
      throw new MalformedMessageException(
          offset, "an IAPREFIX prefix-length of 1..128", String.valueOf(length));
    }
    Ipv6Address prefix = data.address("IAPREFIX prefix").masked(length);
    LeaseKey key = LeaseKey.ofPrefix(new Ipv6Prefix(prefix, length));
    return new LeaseOption(key, preferred, valid, readOptions(data));
  }

  private static Bytes readOptions(OctetReader data) throws MalformedMessageException {
    new OptionReader(data.copy()).skipAll();
    return data.rest();
  }
}
