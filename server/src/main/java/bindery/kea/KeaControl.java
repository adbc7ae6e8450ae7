package bindery.kea;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Kea's control socket, a UNIX domain socket that takes one command, in JSON, for each connection.
 * Any thread; one call blocks for the patience at most and keeps at most {@value #ANSWER_BYTES_MAX}
 * octets.
 */
final class KeaControl {
  private static final int ANSWER_BYTES_MAX = 64 << 20;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path socket;
  private final Duration patience;

  /**
   * Of that socket.
   *
   * @param patience for a whole call
   */
  KeaControl(Path socket, Duration patience) {
    this.socket = socket;
    this.patience = patience;
  }

  /**
   * Asks the server for its status.
   *
   * @throws IOException if it does not answer, or not with result 0; the message says what it did
   */
  void status() throws IOException {
    var unused = command("status-get");
  }

  /**
   * Asks the server for the configuration it goes by.
   *
   * @return the element of its answer
   * @throws KeaRefusedException if its result is not 0
   * @throws IOException as of {@link #status}
   */
  JsonNode configuration() throws IOException {
    return command("config-get");
  }

  private JsonNode command(String name) throws IOException {
    JsonNode answer = ask("{ \"command\": \"" + name + "\" }");
    JsonNode result = answer.path("result");
    if (result.isInt() && result.intValue() == 0) {
      return answer;
    }
    String text = answer.path("text").asText("");
    throw new KeaRefusedException(
        socket
            + ": answered "
            + name
            + " with result "
            + result
            + (text.isEmpty() ? "" : ", " + text)
            + " (expected 0)");
  }

  private JsonNode ask(String command) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      // Connecting does not block: the kernel takes it, or refuses at once.
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      ByteBuffer request = ByteBuffer.wrap(command.getBytes(StandardCharsets.UTF_8));
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      while (request.hasRemaining()) {
        await(selector, deadline);
        channel.write(request);
      }
      key.interestOps(SelectionKey.OP_READ);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      End end = new End();
      ByteBuffer chunk = ByteBuffer.allocate(16 << 10);
      while (true) {
        await(selector, deadline);
        int count = channel.read(chunk.clear());
        if (count > 0) {
          answer.write(chunk.array(), 0, count);
        }
        // Kea closes the connection behind its answer, but that may be whole before.
        if (count < 0 || end.isReached(chunk.array(), count)) {
          return parse(answer.toByteArray());
        }
        if (answer.size() > ANSWER_BYTES_MAX) {
          throw new IOException(
              socket + ": answered more than " + ANSWER_BYTES_MAX + " octets (expected fewer)");
        }
      }
    } catch (IOException e) {
      String text = String.valueOf(e.getMessage());
      throw text.startsWith(socket.toString()) ? e : new IOException(socket + ": " + text, e);
    }
  }

  private void await(Selector selector, long end) throws IOException {
    long millis = Math.max(1, (end - System.nanoTime()) / 1_000_000);
    selector.selectedKeys().clear();
    if (end - System.nanoTime() <= 0 || selector.select(millis) == 0) {
      throw new IOException(socket + ": no answer within " + patience.toMillis() + " ms");
    }
  }

  private JsonNode parse(byte[] octets) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(octets);
      if (node != null && node.isContainerNode()) {
        return node.isArray() ? node.path(0) : node;
      }
    } catch (JsonProcessingException e) {
      throw new IOException(socket + ": answered no JSON: " + JsonText.fault(e), e);
    }
    throw new IOException(socket + ": ended without an answer (expected an object)");
  }

  /** Finds where an object or list of JSON ends, octet by octet. */
  private static final class End {
    private int depth;
    private boolean isText;
    private boolean isEscaped;

    /** Whether it is, with these octets more. */
    private boolean isReached(byte[] octets, int count) {
      for (int i = 0; i < count; i++) {
        byte octet = octets[i];
        if (isText) {
          isText = isEscaped || octet != '"';
          isEscaped = !isEscaped && octet == '\\';
        } else if (octet == '"') {
          isText = true;
        } else if (octet == '{' || octet == '[') {
          depth++;
        } else if (octet == '}' || octet == ']') {
          depth--;
          if (depth == 0) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
