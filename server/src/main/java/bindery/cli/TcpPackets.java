package bindery.cli;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The IP packets of one TCP connection whose two ends said this and that (RFC 9293 3.1, RFC 8200 3,
 * RFC 791 3.1), with sound checksums; both ends count octets from 0, and acknowledge at once.
 *
 * <p>One thread.
 */
final class TcpPackets {
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int PUSH = 8;
  private static final int ACK = 16;

  private static final int TCP = 6;
  private static final int TCP_HEADER_SIZE = 20;
  private static final int HOPS = 64;
  // What fits behind the headers into 65,535 octets by IPv4 too; messages may be larger.
  private static final int PAYLOAD_SIZE_MAX = 65_000;

  private final Side local;
  private final Side remote;

  /** One end, and how many octets it has sent; SYN and FIN count as one. */
  private static final class Side {
    private final InetSocketAddress at;
    private int sent;

    private Side(InetSocketAddress at) {
      this.at = at;
    }
  }

  TcpPackets(InetSocketAddress local, InetSocketAddress remote) {
    this.local = new Side(local);
    this.remote = new Side(remote);
  }

  /** How the connection is made. */
  List<byte[]> handshake() {
    return List.of(
        packet(local, remote, SYN, new byte[0]),
        packet(remote, local, SYN | ACK, new byte[0]),
        packet(local, remote, ACK, new byte[0]));
  }

  /** What this side sends. */
  List<byte[]> sent(byte[] octets, int offset, int length) {
    return data(local, remote, octets, offset, length);
  }

  /** What the other side sends. */
  List<byte[]> received(byte[] octets, int offset, int length) {
    return data(remote, local, octets, offset, length);
  }

  /** How the connection ends. */
  List<byte[]> end() {
    return List.of(
        packet(local, remote, FIN | ACK, new byte[0]),
        packet(remote, local, FIN | ACK, new byte[0]),
        packet(local, remote, ACK, new byte[0]));
  }

  private static List<byte[]> data(Side from, Side to, byte[] octets, int offset, int length) {
    List<byte[]> packets = new ArrayList<>();
    for (int done = 0; done < length; done += PAYLOAD_SIZE_MAX) {
      byte[] payload = new byte[Math.min(PAYLOAD_SIZE_MAX, length - done)];
      System.arraycopy(octets, offset + done, payload, 0, payload.length);
      packets.add(packet(from, to, PUSH | ACK, payload));
    }
    return packets;
  }

  private static byte[] packet(Side from, Side to, int flags, byte[] payload) {
    byte[] segment = segment(from, to, flags, payload);
    from.sent += payload.length + ((flags & (SYN | FIN)) != 0 ? 1 : 0);
    byte[] source = from.at.getAddress().getAddress();
    byte[] target = to.at.getAddress().getAddress();
    return source.length == 4
        ? ipv4(source, target, segment)
        : ByteBuffer.allocate(40 + segment.length)
            .putInt(6 << 28)
            .putShort((short) segment.length)
            .put((byte) TCP)
            .put((byte) HOPS)
            .put(source)
            .put(target)
            .put(segment)
            .array();
  }

  private static byte[] ipv4(byte[] source, byte[] target, byte[] segment) {
    ByteBuffer packet =
        ByteBuffer.allocate(20 + segment.length)
            .put((byte) 0x45)
            .put((byte) 0)
            .putShort((short) (20 + segment.length))
            .putInt(0x4000) // not to be fragmented
            .put((byte) HOPS)
            .put((byte) TCP)
            .putShort((short) 0)
            .put(source)
            .put(target);
    packet.putShort(10, (short) ~folded(sum(packet.array(), 20)));
    return packet.put(segment).array();
  }

  private static byte[] segment(Side from, Side to, int flags, byte[] payload) {
    ByteBuffer segment =
        ByteBuffer.allocate(TCP_HEADER_SIZE + payload.length)
            .putShort((short) from.at.getPort())
            .putShort((short) to.at.getPort())
            .putInt(from.sent)
            .putInt((flags & ACK) == 0 ? 0 : to.sent)
            .put((byte) ((TCP_HEADER_SIZE / 4) << 4))
            .put((byte) flags)
            .putShort((short) 0xffff)
            .putInt(0)
            .put(payload);
    byte[] source = from.at.getAddress().getAddress();
    byte[] target = to.at.getAddress().getAddress();
    long sum =
        sum(source, source.length)
            + sum(target, target.length)
            + TCP
            + segment.capacity()
            + sum(segment.array(), segment.capacity());
    segment.putShort(16, (short) ~folded(sum));
    return segment.array();
  }

  private static long sum(byte[] octets, int length) {
    long sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (octets[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    return sum;
  }

  private static int folded(long sum) {
    long folded = sum;
    while (folded > 0xffff) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }
}
