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
import java.util.Optional;

/**
 * Kea's control socket, a UNIX domain socket that takes one command, in JSON, for each connection.
 * Any thread; one call blocks for the patience at most and keeps at most {@value #ANSWER_BYTES_MAX}
 * octets.
 */
final class KeaControl {
  private static final int ANSWER_BYTES_MAX = 1 << 20;
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
    JsonNode result = ask("{ \"command\": \"status-get\" }").path("result");
    if (!result.isInt() || result.intValue() != 0) {
      throw new IOException(socket + ": answered result " + result + " (expected 0)");
    }
  }

  private JsonNode ask(String command) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      // Connecting does not block: the kernel takes it, or refuses at once.
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.configureBlocking(false);
      ByteBuffer request = ByteBuffer.wrap(command.getBytes(StandardCharsets.UTF_8));
      SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
      while (request.hasRemaining()) {
        await(selector, end);
        channel.write(request);
      }
      key.interestOps(SelectionKey.OP_READ);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer chunk = ByteBuffer.allocate(16 << 10);
      while (true) {
        await(selector, end);
        int count = channel.read(chunk.clear());
        if (count > 0) {
          answer.write(chunk.array(), 0, count);
        }
        Optional<JsonNode> whole = parse(answer, count < 0);
        if (whole.isPresent()) {
          return whole.get();
        }
        if (answer.size() > ANSWER_BYTES_MAX) {
          throw new IOException(
              socket + ": answered more than " + ANSWER_BYTES_MAX + " octets (expected a status)");
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

  // Kea closes the connection behind its answer, but the answer may be whole before that.
  private Optional<JsonNode> parse(ByteArrayOutputStream answer, boolean isEnd) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(answer.toByteArray());
      if (node != null && node.isContainerNode()) {
        return Optional.of(node.isArray() ? node.path(0) : node);
      }
    } catch (JsonProcessingException e) {
      if (isEnd) {
        throw new IOException(socket + ": answered no JSON: " + JsonText.fault(e), e);
      }
      return Optional.empty();
    }
    if (isEnd) {
      throw new IOException(socket + ": ended without an answer (expected a status)");
    }
    return Optional.empty();
  }
}
