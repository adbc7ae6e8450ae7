package bindery.node;

import static org.awaitility.Awaitility.await;

import bindery.feeder.ApiSecurity;
import bindery.feeder.FeedOptions;
import bindery.feeder.FeedStream;
import bindery.feeder.FeederId;
import bindery.feeder.ServerList;
import bindery.model.HostPort;
import bindery.tls.LiveTls;
import bindery.tls.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A whole node on loopback that is its whole cluster, ready to serve. */
final class LoneNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final NodeConfig config;
  private final Node node;

  private LoneNode(NodeConfig config, Node node) {
    this.config = config;
    this.node = node;
  }

  static LoneNode start(Path folder) throws Exception {
    return start(folder, null);
  }

  /** The same, which speaks TLS if there are files. */
  static LoneNode start(Path folder, @Nullable TlsFiles tls) throws Exception {
    Map<String, String> flags = new HashMap<>();
    if (tls != null) {
      flags.put("tls.ca", tls.ca().toString());
      flags.put("tls.cert", tls.certificate().toString());
      flags.put("tls.key", tls.key().toString());
    }
    for (String listener : List.of("raft", "api", "http", "leasequery")) {
      flags.put(listener + ".listen", free());
    }
    flags.put("data", folder.resolve("data").toString());
    flags.put("raft.election-timeout", "300ms");
    ConfigSource source = new ConfigSource(flags, Map.of(), null);
    NodeConfig config = source.load();
    LoneNode lone = new LoneNode(config, Node.start(source, config));
    await().atMost(PATIENCE).until(() -> lone.response("/readyz").statusCode() == 200);
    return lone;
  }

  private static String free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** Makes a source known. */
  void open(String source) throws Exception {
    @Nullable ApiSecurity security =
        config.tls().isPresent() ? ApiSecurity.ofHosts(LiveTls.open(config.tls().get())) : null;
    try (ServerList api =
            new ServerList(List.of(HostPort.parse(NodeConfig.text(config.api()))), security);
        FeedStream stream =
            FeedStream.open(
                api, new FeederId(source, "test", 1), FeedOptions.DEFAULT, acked -> {})) {
      var unused = stream.opened();
    }
  }

  HttpResponse<String> response(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://" + NodeConfig.text(config.http()) + path))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  String get(String path) throws IOException, InterruptedException {
    return response(path).body();
  }

  @Override
  public void close() {
    node.close();
  }
}
