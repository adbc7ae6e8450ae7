package bindery.deploy.kea;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** What one relay puts around a client's message. */
final class Hop {
  private static final int ENTERPRISE = 32473; // RFC 5612: for documentation
  private static final byte[] EAST = HexFormat.of().parseHex("0003000102005e100001");
  private static final byte[] WEST = HexFormat.of().parseHex("000200007ed977657374");
  private static final byte[] CAMPUS = HexFormat.of().parseHex("000100012c00000002005e100003");

  private final byte[] link;
  private final byte[] peer;
  private final byte[] options;

  private Hop(byte[] link, byte[] peer, byte[] options) {
    this.link = link;
    this.peer = peer;
    this.options = options;
  }

  byte[] link() {
    return link;
  }

  byte[] peer() {
    return peer;
  }

  byte[] options() {
    return options;
  }

  /** Through a relay with one link. */
  static List<Hop> east(int client, int port) {
    return List.of(
        new Hop(
            address("2001:db8:a::1"),
            linkLocal(client),
            options("ge-" + port % 8 + "/" + client % 20, "east-" + port + "-" + client, EAST)));
  }

  /** Through an access node that is a relay, and the relay behind it; outermost first. */
  static List<Hop> west(int client, int port) {
    int node = client % 3 + 1;
    byte[] inner = address("2001:db8:b::" + node);
    byte[] access = HexFormat.of().parseHex("0003000102005e1000b" + node);
    return List.of(
        new Hop(address("2001:db8:bb::1"), inner, options("ae" + node, "west-node-" + node, WEST)),
        new Hop(
            inner,
            linkLocal(client),
            options("xdsl-" + client, "line-" + port + "-" + client, access)));
  }

  /** Through the relay of a shared network. */
  static List<Hop> campus(int client, int port) {
    return List.of(
        new Hop(
            address("2001:db8:cc::1"),
            linkLocal(client),
            options("vlan" + client % 40, "room-" + port + "-" + client, CAMPUS)));
  }

  private static byte[] options(String place, String remote, byte[] relay) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    octets.writeBytes(
        Message.option(Message.INTERFACE_ID, place.getBytes(StandardCharsets.US_ASCII)));
    byte[] name = remote.getBytes(StandardCharsets.US_ASCII);
    octets.writeBytes(
        Message.option(
            Message.REMOTE_ID,
            ByteBuffer.allocate(4 + name.length).putInt(ENTERPRISE).put(name).array()));
    octets.writeBytes(Message.option(Message.RELAY_ID, relay));
    return octets.toByteArray();
  }

  private static byte[] linkLocal(int client) {
    return ByteBuffer.allocate(16)
        .putLong(0xfe80L << 48)
        .putLong(0x0200_00ff_fe00_0000L | client)
        .array();
  }

  /** The octets of an IPv6 address. */
  static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
