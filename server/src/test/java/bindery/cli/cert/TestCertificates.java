package bindery.cli.cert;

import bindery.tls.Holder;
import bindery.tls.Role;
import bindery.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** An authority with certificates of every kind, right and wrong, as files in a folder. */
public final class TestCertificates {
  private static final Duration DAY = Duration.ofDays(1);

  private final CertificateFolder folder;
  private final Authority authority;

  /** The authority of that cluster, in that folder. */
  public TestCertificates(Path path, String cluster) throws IOException {
    this(path, cluster, DAY);
  }

  /** One that ends by then. */
  public TestCertificates(Path path, String cluster, Duration end) throws IOException {
    folder = new CertificateFolder(path);
    Instant now = Instant.now();
    authority = Authority.create(cluster, now.minus(DAY.multipliedBy(9)), now.plus(end));
    folder.write(CertificateFolder.CA, authority.own());
  }

  /** The authority's own certificate. */
  public Path ca() {
    return folder.certificate(CertificateFolder.CA);
  }

  /** The files of that name beside the authority's. */
  public TlsFiles files(String name) {
    return new TlsFiles(ca(), folder.certificate(name), folder.key(name));
  }

  /** A node that is reached by those hosts. */
  public TlsFiles node(String name, String... hosts) throws IOException {
    return write(name, new Holder(Role.NODE, name, Set.of()), List.of(hosts), Duration.ZERO);
  }

  /** A client with that role, and sources if it is a feeder. */
  public TlsFiles client(String name, Role role, String... sources) throws IOException {
    return write(name, new Holder(role, name, Set.of(sources)), List.of(), Duration.ZERO);
  }

  /** An operator whose certificate expired an hour ago. */
  public TlsFiles expired(String name, String... hosts) throws IOException {
    return write(
        name,
        new Holder(hosts.length > 0 ? Role.NODE : Role.OPERATOR, name, Set.of()),
        List.of(hosts),
        DAY.multipliedBy(-1).minusHours(1));
  }

  /** An operator whose certificate becomes valid in 23 hours. */
  public TlsFiles notYetValid(String name) throws IOException {
    return write(name, new Holder(Role.OPERATOR, name, Set.of()), List.of(), DAY);
  }

  /** One without any name in a cluster. */
  public TlsFiles unnamed(String name) throws IOException {
    return write(name, new CertificateNames(name, List.of("127.0.0.1"), List.of()), Duration.ZERO);
  }

  private TlsFiles write(String name, Holder holder, List<String> hosts, Duration later)
      throws IOException {
    return write(name, new CertificateNames(name, hosts, holder.uris(authority.cluster())), later);
  }

  private TlsFiles write(String name, CertificateNames names, Duration later) throws IOException {
    Instant from = Instant.now().minus(Duration.ofHours(1)).plus(later);
    folder.write(name, authority.sign(names, from, from.plus(DAY)));
    return files(name);
  }
}
