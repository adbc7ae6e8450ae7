package bindery.cli.cert;

import java.util.List;

/**
 * What a certificate says of its holder.
 *
 * @param commonName by which people know it, 1..64 characters
 * @param hosts the names and addresses by which it is connected to; empty for who only connects
 * @param uris who it is in a cluster, by {@link bindery.tls.Holder#uris}
 */
record CertificateNames(String commonName, List<String> hosts, List<String> uris) {
  CertificateNames {
    hosts = List.copyOf(hosts);
    uris = List.copyOf(uris);
  }

  /** Whether it is of one that is connected to. */
  boolean isServer() {
    return !hosts.isEmpty();
  }
}
