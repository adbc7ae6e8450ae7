package bindery.leasequery;

import bindery.leasequery.RawRequestor.Message;
import bindery.leasequery.RawRequestor.Option;
import bindery.query.FedStore;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A requestor on a plain UDP socket, with its own reading and writing of octets. */
final class RawDatagrams implements AutoCloseable {
  private static final int READ_MILLIS_MAX = 20_000;
  private static final int HEADER_OF_RELAY = 34;
  private static final HexFormat HEX = HexFormat.of();

  /** What a relay message says, and the message inside it. */
  record Relayed(int type, String header, List<Option> options, String inner) {}

  private final DatagramSocket socket;
  private final InetSocketAddress server;

  RawDatagrams(InetSocketAddress server) throws IOException {
    this(new InetSocketAddress(server.getAddress(), 0), server);
  }

  RawDatagrams(InetSocketAddress source, InetSocketAddress server) throws IOException {
    this.server = server;
    socket = new DatagramSocket(source);
    socket.setSoTimeout(READ_MILLIS_MAX);
  }

  /** The message of a LEASEQUERY, without a size in front. */
  static String query(int transactionId, int type, String link, String options) {
    return RawRequestor.query(transactionId, type, link, options).substring(4);
  }

  static String byAddress(int transactionId, String link, String address) {
    return query(transactionId, 1, link, RawRequestor.option(5, address + "0000000000000000"));
  }

  static String byClient(int transactionId, String link, int client) {
    String duid = FedStore.client(client).octets().hex();
    return query(transactionId, 2, link, RawRequestor.option(1, duid));
  }

  /** On any free port of the loopback address. */
  static Optional<DatagramOptions> options(
      boolean relayed, int maxQueries, int maxQueriesEach, int maxRate) {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return Optional.of(new DatagramOptions(any, relayed, maxQueries, maxQueriesEach, maxRate));
  }

  /** From any port of another address of this host. */
  static RawDatagrams from(String source, InetSocketAddress server) throws IOException {
    return new RawDatagrams(new InetSocketAddress(source, 0), server);
  }

  /** To a front that listens for datagrams. */
  static RawDatagrams connect(Front front) throws IOException {
    return new RawDatagrams(front.server().datagramAddress().orElseThrow());
  }

  RawDatagrams send(String hex) throws IOException {
    byte[] octets = HEX.parseHex(hex);
    socket.send(new DatagramPacket(octets, octets.length, server));
    return this;
  }

  byte[] receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(packet);
    return Arrays.copyOf(packet.getData(), packet.getLength());
  }

  Message read() throws IOException {
    return message(receive());
  }

  static Message message(byte[] octets) {
    int id = (octets[1] & 0xff) << 16 | (octets[2] & 0xff) << 8 | (octets[3] & 0xff);
    return new Message(octets[0] & 0xff, id, RawRequestor.parse(octets, 4), HEX.formatHex(octets));
  }

  static Relayed relayed(byte[] octets) {
    List<Option> options = RawRequestor.parse(octets, HEADER_OF_RELAY);
    String inner = options.stream().filter(o -> o.code() == 9).findFirst().orElseThrow().data();
    return new Relayed(
        octets[0] & 0xff,
        HEX.formatHex(octets, 1, HEADER_OF_RELAY),
        options.stream().filter(option -> option.code() != 9).toList(),
        inner);
  }

  /** Whether nothing is there to read. */
  boolean isSilent() throws IOException {
    socket.setSoTimeout(1);
    try {
      receive();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(READ_MILLIS_MAX);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
