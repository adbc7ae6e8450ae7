package bindery.kea;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Kea's control socket: takes one command a connection, answers as told, and closes it. */
final class FakeKea implements AutoCloseable {
  final List<String> commands = new CopyOnWriteArrayList<>();

  private final ServerSocketChannel socket;
  private volatile String answer;
  private volatile String configuration = "";

  FakeKea(Path path, String answer) throws IOException {
    this.answer = answer;
    socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket.bind(UnixDomainSocketAddress.of(path));
    Thread thread = new Thread(this::serve, "fake-kea");
    thread.setDaemon(true);
    thread.start();
  }

  /** From now on that is answered; nothing at all if it is empty. */
  void answer(String text) {
    answer = text;
  }

  /** From now on that is answered to config-get. */
  void configuration(String text) {
    configuration = text;
  }

  private void serve() {
    while (socket.isOpen()) {
      try (SocketChannel connection = socket.accept()) {
        ByteBuffer command = ByteBuffer.allocate(4_096);
        connection.read(command);
        commands.add(new String(command.array(), 0, command.position(), StandardCharsets.UTF_8));
        String told = configuration;
        boolean isConfiguration = commands.get(commands.size() - 1).contains("config-get");
        String text = isConfiguration && !told.isEmpty() ? told : answer;
        // In pieces, as a long answer comes.
        for (int i = 0; i < text.length(); i += 10) {
          String piece = text.substring(i, Math.min(text.length(), i + 10));
          connection.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
        }
        if (text.isEmpty()) {
          connection.read(command.clear()); // until the asker gives up
        }
      } catch (IOException e) {
        // The asker has gone, or the socket is closed, which ends the loop.
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
