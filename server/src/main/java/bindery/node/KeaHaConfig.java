package bindery.node;

import bindery.kea.ha.HaAccess;
import bindery.kea.ha.HaOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The endpoint that poses as a backup server of Kea's high availability.
 *
 * @param access the files by which Kea and this node know each other, not read yet
 */
record KeaHaConfig(
    InetSocketAddress listen,
    List<URI> urls,
    String source,
    Optional<Path> config,
    Optional<Path> controlSocket,
    Duration ackWithin,
    Duration reconcileEvery,
    int pageLeases,
    HaAccess.Given access) {
  private static final String SECTION = "kea-ha.";

  /** As configured; empty if it is to be off. */
  static Optional<KeaHaConfig> of(ConfigReader values) {
    List<URI> urls = values.find(KeaHaSettings.URLS_OF_KEA);
    return Optional.ofNullable(values.find(KeaHaSettings.LISTEN))
        .map(
            listen ->
                new KeaHaConfig(
                    listen,
                    urls == null ? List.of() : urls,
                    values.get(KeaHaSettings.SOURCE),
                    Optional.ofNullable(values.find(KeaHaSettings.CONFIG)),
                    Optional.ofNullable(values.find(KeaHaSettings.CONTROL_SOCKET)),
                    values.get(KeaHaSettings.ACK_WITHIN),
                    values.get(KeaHaSettings.RECONCILE_EVERY),
                    values.get(KeaHaSettings.PAGE),
                    access(values)));
  }

  private static HaAccess.Given access(ConfigReader values) {
    return new HaAccess.Given(
        Optional.ofNullable(values.find(KeaHaSettings.ASKED_USER)),
        Optional.ofNullable(values.find(KeaHaSettings.ASKED_PASSWORD)),
        Optional.ofNullable(values.find(KeaHaSettings.SHOWN_USER)),
        Optional.ofNullable(values.find(KeaHaSettings.SHOWN_PASSWORD)),
        Optional.ofNullable(values.find(KeaHaSettings.CERTIFICATE)),
        Optional.ofNullable(values.find(KeaHaSettings.KEY)),
        Optional.ofNullable(values.find(KeaHaSettings.CLIENT_AUTHORITY)),
        Optional.ofNullable(values.find(KeaHaSettings.KEA_AUTHORITY)));
  }

  /** What is wrong with the rest of the section, and with its place among the others. */
  static void check(ConfigReader values, Problems problems) {
    InetSocketAddress listen = values.find(KeaHaSettings.LISTEN);
    if (listen == null) {
      return;
    }
    if (values.find(KeaHaSettings.URLS_OF_KEA) == null
        && !values.isGiven(KeaHaSettings.URLS_OF_KEA)) {
      problems.add(
          values.place(KeaHaSettings.LISTEN)
              + ": without kea-ha.urls (expected where Kea listens for its peers, such as"
              + " http://127.0.0.1:8005/)");
    }
    if (!listen.getAddress().isLoopbackAddress()
        && !values.isGiven(KeaHaSettings.CERTIFICATE)
        && !Boolean.TRUE.equals(values.find(Settings.INSECURE))) {
      problems.add(
          values.place(KeaHaSettings.LISTEN)
              + ": "
              + NodeConfig.text(listen)
              + " is not loopback, and there is no HTTPS (expected a loopback address,"
              + " kea-ha.certificate and kea-ha.key, or insecure: true on a closed network)");
    }
  }

  /** What is allowed but not recommended, a sentence each. */
  static List<String> warnings(ConfigReader values) {
    List<String> warnings = new ArrayList<>();
    InetSocketAddress listen = values.find(KeaHaSettings.LISTEN);
    if (listen == null) {
      KeaHaSettings.ALL.stream()
          .filter(values::isGiven)
          .findFirst()
          .ifPresent(
              given ->
                  warnings.add(
                      given.key()
                          + " is given, and kea-ha.listen is not: nothing listens for Kea"));
    } else if (!listen.getAddress().isLoopbackAddress()) {
      warnings.add(
          "kea-ha.listen is not loopback: while this host cannot be reached, each request costs Kea"
              + " up to 10s, and a client its answer where Kea waits for its backups");
    }
    return warnings;
  }

  /**
   * As the connector takes it; reads the files.
   *
   * @param data the node's own folder
   * @param problems everything that is wrong with the files is added
   */
  HaOptions options(String node, Path data, List<String> problems) {
    return new HaOptions(
        source,
        node,
        listen,
        access.read(name -> SECTION + name, problems),
        urls,
        ackWithin,
        reconcileEvery,
        pageLeases,
        data.resolve("kea-ha"),
        config,
        controlSocket);
  }
}
