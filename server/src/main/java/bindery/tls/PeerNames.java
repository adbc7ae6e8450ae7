package bindery.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** What the certificate of the other end must name, beside being vouched for. Any thread. */
@FunctionalInterface
public interface PeerNames {
  /** Whoever an authority vouches for: what he may do is looked at later. */
  PeerNames ANY = (certificate, end) -> {};

  /**
   * Judges a certificate.
   *
   * @param end the host and port that was asked, such as {@code 10.0.0.1:5471}; empty on the side
   *     that was connected to
   * @throws CertificateException if it is to be refused; the message says what was expected
   */
  void check(X509Certificate certificate, String end) throws CertificateException;
}
