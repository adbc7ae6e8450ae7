package bindery.feed;

import bindery.model.Ipv6Address;
import bindery.v1.Exchange;
import bindery.v1.Item;
import bindery.v1.LeaseKind;
import bindery.v1.LeaseUpdate;
import bindery.v1.LeaseUpdate.Operation;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** Items as a feeder makes them. */
final class Fed {
  /** 2026-01-01. */
  static final long CLTT = 1_767_225_600L;

  private Fed() {}

  static ByteString hex(String text) {
    return ByteString.copyFrom(HexFormat.of().parseHex(text.replaceAll("\\s", "")));
  }

  static ByteString address(String text) {
    return ByteString.copyFrom(Ipv6Address.parse(text).toArray());
  }

  static ByteString client(int number) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(10).putShort((short) 3).putInt(1).putInt(number).array());
  }

  /** A put of 2001:db8:a::NUMBER by client NUMBER. */
  static Exchange.Builder exchange(int number) {
    return Exchange.newBuilder()
        .setClient(client(number))
        .setCltt(CLTT)
        .addLeases(put("2001:db8:a::" + Integer.toHexString(number & 0xffff)));
  }

  static LeaseUpdate.Builder put(String address) {
    return LeaseUpdate.newBuilder()
        .setOperation(Operation.PUT)
        .setKind(LeaseKind.ADDRESS)
        .setAddress(address(address))
        .setIaid(1)
        .setPreferred(3_600)
        .setValid(7_200);
  }

  static Item item(int number) {
    return item(exchange(number));
  }

  static Item item(Exchange.Builder exchange) {
    return Item.newBuilder().setExchange(exchange).build();
  }

  /** The number of the client of an applied item. */
  static int number(bindery.log.v1.Item applied) {
    return applied.getExchange().getClient().asReadOnlyByteBuffer().getInt(6);
  }

  static List<Integer> numbers(List<bindery.log.v1.Item> applied) {
    return applied.stream().map(Fed::number).toList();
  }

  /** An item of each of those clients. */
  static List<Item> items(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Fed::item).toList();
  }

  static List<Integer> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  static ByteString zeros(int size) {
    return ByteString.copyFrom(new byte[size]);
  }
}
