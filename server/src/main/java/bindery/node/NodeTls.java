package bindery.node;

import bindery.admin.HealthCheck;
import bindery.admin.HealthCheck.Subject;
import bindery.feed.ApiTls;
import bindery.feeder.ApiSecurity;
import bindery.leasequery.SecureListen;
import bindery.metric.ReadMetrics;
import bindery.model.DaemonThreads;
import bindery.raft.PeerTls;
import bindery.tls.Holder;
import bindery.tls.LiveTls;
import bindery.tls.PeerNames;
import bindery.tls.RefusalLog;
import bindery.tls.Role;
import bindery.tls.TlsFiles;
import bindery.tls.UnnamedException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A node's part in TLS: its own certificate, which must name it, read again every two seconds if it
 * has changed. Any thread.
 */
final class NodeTls implements AutoCloseable {
  private static final String SECTION = "tls.";
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final String cluster;
  private final String node;
  private final LiveTls live;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("tls-watch"));

  private NodeTls(String cluster, String node, LiveTls live) {
    this.cluster = cluster;
    this.node = node;
    this.live = live;
  }

  /** Registers when the certificate in force ends, and its authority. */
  void register(PrometheusRegistry registry) {
    ReadMetrics own = new ReadMetrics(registry, "bindery_tls_");
    own.gauge(
        "certificate_end_seconds",
        "When this node's certificate ends, in seconds since 1970.",
        () -> live.until().getEpochSecond());
    own.gauge(
        "authority_end_seconds",
        "When the authority ends that vouches for it, in seconds since 1970.",
        () -> live.authorityUntil().getEpochSecond());
  }

  /** Whether any of the section is given, so that TLS is wanted. */
  static boolean isWanted(ConfigReader values) {
    return TlsSettings.ALL.stream().anyMatch(values::isGiven);
  }

  /** Tells of half a section; what cannot be read has been told of. */
  static void check(ConfigReader values, Problems problems) {
    if (TlsSettings.ALL.stream()
        .noneMatch(setting -> values.isGiven(setting) && values.find(setting) == null)) {
      List<String> found = new ArrayList<>();
      var unused = read(values, found);
      found.forEach(problems::add);
    }
  }

  /** The files, if there are to be any. */
  static Optional<TlsFiles> files(ConfigReader values) {
    return Optional.ofNullable(read(values, new ArrayList<>()));
  }

  private static @Nullable TlsFiles read(ConfigReader values, List<String> problems) {
    return TlsFiles.of(
        values.find(TlsSettings.CA),
        values.find(TlsSettings.CERT),
        values.find(TlsSettings.KEY),
        name -> SECTION + name,
        problems);
  }

  /** Everything that is wrong with the files of that node, a sentence each. */
  static List<String> problems(TlsFiles files, String cluster, String node) {
    List<String> problems = files.problems(name -> SECTION + name);
    if (problems.isEmpty()) {
      try {
        var unused = LiveTls.open(files, named(cluster, node));
      } catch (IOException e) {
        problems.add(SECTION + TlsFiles.CERT + ": " + e.getMessage());
      }
    }
    return problems;
  }

  /** What the certificate of a node must name. */
  private static PeerNames named(String cluster, String node) {
    return (certificate, end) -> {
      Holder holder = holder(certificate, cluster);
      if (holder.role() != Role.NODE || !holder.name().equals(node)) {
        throw new CertificateException(
            "it names "
                + holder
                + " (expected node "
                + node
                + ": bindery cert node "
                + node
                + " makes one)");
      }
    };
  }

  private static Holder holder(X509Certificate certificate, String cluster)
      throws CertificateException {
    try {
      return Holder.of(certificate, cluster);
    } catch (UnnamedException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  /**
   * Reads the files and begins to look after them.
   *
   * @throws IOException as of {@link #problems}
   */
  static NodeTls start(TlsFiles files, String cluster, String node) throws IOException {
    List<String> problems = problems(files, cluster, node);
    if (!problems.isEmpty()) {
      throw new IOException(String.join("; ", problems));
    }
    NodeTls tls = new NodeTls(cluster, node, LiveTls.open(files, named(cluster, node)));
    var unused =
        tls.thread.scheduleWithFixedDelay(
            tls.live::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return tls;
  }

  /** What the API takes. */
  ApiTls api() {
    return new ApiTls(live, cluster);
  }

  /** To this node's own API, which is known by its name, whatever its address. */
  ApiSecurity ownApi() {
    return ApiSecurity.of(live, named(cluster, node));
  }

  /** Leasequery over TLS at that address. */
  SecureListen leasequery(InetSocketAddress listen) {
    return new SecureListen(listen, live, cluster);
  }

  /** What the other members are shown, and how they are known. */
  PeerTls peers() {
    return new OfMembers();
  }

  private final class OfMembers implements PeerTls {
    private final RefusalLog refusals = new RefusalLog("raft");

    @Override
    public X509ExtendedKeyManager keys() {
      return live.keys();
    }

    @Override
    public X509ExtendedTrustManager trust(Expected expected) {
      return live.trust(
          (certificate, end) -> {
            String name = nodeIn(certificate);
            Set<String> members = end.isEmpty() ? Set.of() : expected.at(end);
            if (!members.isEmpty() && !members.contains(name)) {
              throw new CertificateException(
                  "at "
                      + end
                      + " answers the node with the certificate of "
                      + name
                      + " (expected that of "
                      + String.join(" or ", members)
                      + ", by the members of this cluster)");
            }
          },
          this::refused);
    }

    @Override
    public String nodeIn(X509Certificate certificate) throws CertificateException {
      certificate.checkValidity();
      Holder holder = holder(certificate, cluster);
      if (holder.role() != Role.NODE) {
        throw new CertificateException(
            holder + " is no node of cluster " + cluster + " (expected the certificate of one)");
      }
      return holder.name();
    }

    @Override
    public void refused(String from, String reason) {
      refusals.write(from.isEmpty() ? "a caller" : from, reason);
    }
  }

  /** How its certificate, its authority and their files are. */
  HealthCheck check() {
    List<String> warnings = live.warnings();
    return warnings.isEmpty()
        ? HealthCheck.ok(
            Subject.TLS,
            "the certificate is valid until "
                + live.until()
                + ", its authority until "
                + live.authorityUntil())
        : HealthCheck.warning(Subject.TLS, String.join("; ", warnings));
  }

  /** What to warn of now, a sentence each. */
  List<String> warnings() {
    return live.warnings();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
