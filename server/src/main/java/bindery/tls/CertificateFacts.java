package bindery.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * What a certificate says of its holder.
 *
 * @param commonName its subject's, or the whole subject where it has none
 * @param hosts the host names and addresses in it
 * @param uris the names in clusters, each {@code bindery:CLUSTER/ROLE/NAME}
 */
public record CertificateFacts(String commonName, List<String> hosts, List<String> uris) {
  private static final int DNS_KIND = 2;
  private static final int ADDRESS_KIND = 7;

  /** Of that certificate. */
  public static CertificateFacts of(X509Certificate certificate) {
    return new CertificateFacts(
        commonName(certificate.getSubjectX500Principal().getName()),
        hosts(certificate),
        Holder.uris(certificate));
  }

  /** The host names and addresses that a certificate is for. */
  static List<String> hosts(X509Certificate certificate) {
    return Holder.alternativeNames(certificate, DNS_KIND, ADDRESS_KIND);
  }

  private static String commonName(String subject) {
    try {
      return new LdapName(subject)
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(rdn -> String.valueOf(rdn.getValue()))
              .findFirst()
              .orElse(subject);
    } catch (InvalidNameException e) {
      return subject;
    }
  }
}
