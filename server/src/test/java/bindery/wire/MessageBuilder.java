package bindery.wire;

import bindery.model.Bytes;
import bindery.model.Duid;
import bindery.model.Ipv6Address;
import bindery.model.OptionCode;
import java.io.ByteArrayOutputStream;

/** Writes messages octet by octet, sound ones and others, for tests of what reads them. */
public final class MessageBuilder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Options alone, without a header. */
  public static MessageBuilder options() {
    return new MessageBuilder();
  }

  /** A message that begins with this header. */
  public static MessageBuilder message(int type, int transactionId) {
    return new MessageBuilder()
        .uint8(type)
        .uint8(transactionId >>> 16)
        .uint16(transactionId & 0xffff);
  }

  public MessageBuilder uint8(int value) {
    out.write(value);
    return this;
  }

  public MessageBuilder uint16(int value) {
    return uint8(value >>> 8).uint8(value & 0xff);
  }

  public MessageBuilder uint32(long value) {
    return uint16((int) (value >>> 16) & 0xffff).uint16((int) value & 0xffff);
  }

  public MessageBuilder octets(byte[] octets) {
    out.writeBytes(octets);
    return this;
  }

  public MessageBuilder hex(String digits) {
    return octets(Bytes.parseHex(digits).toArray());
  }

  public MessageBuilder address(String address) {
    return octets(Ipv6Address.parse(address).toArray());
  }

  public MessageBuilder option(int code, byte[] data) {
    return uint16(code).uint16(data.length).octets(data);
  }

  public MessageBuilder option(int code, String hex) {
    return option(code, Bytes.parseHex(hex).toArray());
  }

  public MessageBuilder option(int code, MessageBuilder data) {
    return option(code, data.build());
  }

  public MessageBuilder clientId(Duid duid) {
    return option(OptionCode.CLIENT_ID, duid.octets().toArray());
  }

  public MessageBuilder serverId(Duid duid) {
    return option(OptionCode.SERVER_ID, duid.octets().toArray());
  }

  /** An LQ_QUERY option. */
  public MessageBuilder lqQuery(int queryType, String linkAddress, MessageBuilder queryOptions) {
    return option(
        OptionCode.LQ_QUERY,
        options().uint8(queryType).address(linkAddress).octets(queryOptions.build()));
  }

  /** A CLIENT_DATA option with one address. */
  public MessageBuilder clientData(Duid client, long cltAge, String address) {
    return option(
        OptionCode.CLIENT_DATA,
        options()
            .clientId(client)
            .option(OptionCode.CLT_TIME, options().uint32(cltAge))
            .iaAddress(address, 100, 200));
  }

  public MessageBuilder iaAddress(String address, long preferred, long valid) {
    return option(
        OptionCode.IA_ADDRESS, options().address(address).uint32(preferred).uint32(valid));
  }

  public MessageBuilder iaPrefix(String address, int length, long preferred, long valid) {
    return option(
        OptionCode.IA_PREFIX,
        options().uint32(preferred).uint32(valid).uint8(length).address(address));
  }

  /** The octets so far. */
  public byte[] build() {
    return out.toByteArray();
  }

  /** The octets so far with their message-size in front. */
  public byte[] frame() {
    return options().uint16(out.size()).octets(build()).build();
  }
}
