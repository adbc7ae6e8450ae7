package bindery.deploy.kea;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Debian's {@code kea-dhcp6}: a process of its own, and its control socket. */
final class Kea implements AutoCloseable {
  /** Its configuration, where Debian has it. */
  static final Path CONFIG = Path.of("/etc/kea/kea-dhcp6.conf");

  /** Its lease file, where Debian has it. */
  static final Path LEASES = Path.of("/var/lib/kea/kea-leases6.csv");

  private static final Path CONTROL = Path.of("/run/kea/control");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration START_MAX = Duration.ofSeconds(30);

  private final Daemon daemon;

  private Kea(Daemon daemon) {
    this.daemon = daemon;
  }

  /** One that does not run yet. */
  static Kea of(String config, Path log) throws IOException {
    Files.writeString(CONFIG, config);
    return new Kea(
        new Daemon(
            "kea",
            List.of("kea-dhcp6", "-c", CONFIG.toString()),
            Map.of("KEA_PIDFILE_DIR", "/run/kea", "KEA_LOCKFILE_DIR", "none"),
            log));
  }

  Daemon daemon() {
    return daemon;
  }

  /**
   * Starts it, and waits until it serves. While the clean-up of one that was killed goes on, Kea
   * does not start; it is started again then, as a supervisor would.
   */
  void start() {
    daemon.start();
    await()
        .atMost(START_MAX)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions() // not listening yet
        .until(this::isServing);
  }

  private boolean isServing() throws IOException {
    if (!daemon.isAlive()) {
      if (!daemon.log().contains("while the lease file cleanup is in")) {
        daemon.requireAlive();
      }
      daemon.start();
    }
    return command("status-get").get("result").asInt() == 0;
  }

  /** Asks it by its control socket; one answer, as JSON. */
  JsonNode command(String name) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(CONTROL))) {
      ByteBuffer question =
          ByteBuffer.wrap(
              "{ \"command\": \"%s\" }".formatted(name).getBytes(StandardCharsets.UTF_8));
      while (question.hasRemaining()) {
        channel.write(question);
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer piece = ByteBuffer.allocate(64 << 10);
      while (channel.read(piece) >= 0) {
        answer.write(piece.array(), 0, piece.position());
        piece.clear();
      }
      return MAPPER.readTree(answer.toByteArray());
    }
  }

  /** How often it has had its lease file cleaned up. */
  long cleanings() {
    return daemon
        .log()
        .lines()
        .filter(line -> line.contains("DHCPSRV_MEMFILE_LFC_EXECUTE"))
        .count();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
