package bindery.leasequery;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A requestor on a plain socket, with its own reading and writing of octets. */
final class RawRequestor implements AutoCloseable {
  static final int REPLY = 15;
  static final int DONE = 16;
  static final int DATA = 17;
  static final String REQUESTOR = "0003000102005e10000a";

  private static final int READ_MILLIS_MAX = 20_000;
  private static final HexFormat HEX = HexFormat.of();

  /** An option: its code and its data in hexadecimal. */
  record Option(int code, String data) {}

  /** A message of the server's. */
  record Message(int type, int transactionId, List<Option> options, String hex) {
    boolean has(int code) {
      return options.stream().anyMatch(option -> option.code == code);
    }

    String data(int code) {
      return options.stream().filter(option -> option.code == code).findFirst().orElseThrow().data;
    }

    /** The status; 0 if there is none. */
    int status() {
      return has(13) ? Integer.parseInt(data(13).substring(0, 4), 16) : 0;
    }

    String statusText() {
      return new String(
          HEX.parseHex(data(13).substring(4)), java.nio.charset.StandardCharsets.UTF_8);
    }

    /** The options inside CLIENT_DATA. */
    List<Option> clientData() {
      return parse(HEX.parseHex(data(45)), 0);
    }

    /** The data of the options of that code inside CLIENT_DATA. */
    List<String> client(int code) {
      return clientData().stream().filter(o -> o.code == code).map(Option::data).toList();
    }
  }

  private final Socket socket;
  private final DataInputStream in;

  /** On a connection that is made. */
  RawRequestor(Socket connected) throws IOException {
    socket = connected;
    socket.setSoTimeout(READ_MILLIS_MAX);
    in = new DataInputStream(socket.getInputStream());
  }

  RawRequestor(InetSocketAddress server) throws IOException {
    this(server, 0);
  }

  /** From that address of this host. */
  RawRequestor(String source, InetSocketAddress server) throws IOException {
    socket = new Socket();
    socket.bind(new InetSocketAddress(source, 0));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_MILLIS_MAX);
    socket.connect(server, READ_MILLIS_MAX);
    in = new DataInputStream(socket.getInputStream());
  }

  /** With a receive buffer of that size, or the system's for 0. */
  RawRequestor(InetSocketAddress server, int receiveBytes) throws IOException {
    socket = new Socket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_MILLIS_MAX);
    socket.connect(server, READ_MILLIS_MAX);
    in = new DataInputStream(socket.getInputStream());
  }

  /** An option in hexadecimal. */
  static String option(int code, String data) {
    return String.format("%04x%04x%s", code, data.length() / 2, data);
  }

  /** LQ_QUERY. */
  static String lqQuery(int type, String link, String options) {
    return option(44, String.format("%02x%s%s", type, link, options));
  }

  /** A frame of any message. */
  static String frame(int type, int transactionId, String options) {
    return String.format("%04x%02x%06x%s", 4 + options.length() / 2, type, transactionId, options);
  }

  /** The frame of a LEASEQUERY. */
  static String query(int transactionId, int type, String link, String options) {
    return frame(14, transactionId, option(1, REQUESTOR) + lqQuery(type, link, options));
  }

  RawRequestor send(String hex) throws IOException {
    socket.getOutputStream().write(HEX.parseHex(hex));
    return this;
  }

  RawRequestor sendOctetByOctet(String hex) throws IOException {
    for (byte octet : HEX.parseHex(hex)) {
      socket.getOutputStream().write(new byte[] {octet});
    }
    return this;
  }

  RawRequestor halfClose() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Closes so that the server is reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** The next message; {@link EOFException} only where a frame could have begun. */
  Message read() throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException("the server's FIN");
    }
    int second = in.read();
    int size = first << 8 | second;
    byte[] message = in.readNBytes(second < 0 ? 0 : size);
    if (second < 0 || message.length < size) {
      throw new IOException("a frame cut off after " + message.length + " of " + size + " octets");
    }
    int id = (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | (message[3] & 0xff);
    return new Message(message[0] & 0xff, id, parse(message, 4), HEX.formatHex(message));
  }

  static List<Option> parse(byte[] octets, int from) {
    List<Option> options = new ArrayList<>();
    int at = from;
    while (at < octets.length) {
      int code = (octets[at] & 0xff) << 8 | (octets[at + 1] & 0xff);
      int size = (octets[at + 2] & 0xff) << 8 | (octets[at + 3] & 0xff);
      byte[] data = Arrays.copyOfRange(octets, at + 4, at + 4 + size);
      if (at + 4 + size > octets.length) {
        throw new IllegalStateException("an option runs past its end at octet " + at);
      }
      options.add(new Option(code, HEX.formatHex(data)));
      at += 4 + size;
    }
    return options;
  }

  /** The messages of one answer, up to where RFC 5460 6.3.1 says it is complete. */
  List<Message> answer() throws IOException {
    return answer(read());
  }

  /** The messages of the answer that begins with that one, read before. */
  List<Message> answer(Message first) throws IOException {
    List<Message> answer = new ArrayList<>();
    Message message = first;
    answer.add(message);
    while (message.type != DONE && (message.type != REPLY || message.has(45))) {
      message = read();
      answer.add(message);
    }
    return answer;
  }

  /** Everything up to the server's FIN; fails on a reset. */
  List<Message> readAll() throws IOException {
    List<Message> all = new ArrayList<>();
    while (true) {
      try {
        all.add(read());
      } catch (EOFException e) {
        return all;
      }
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
