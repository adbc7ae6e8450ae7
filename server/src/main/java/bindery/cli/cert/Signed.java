package bindery.cli.cert;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and the key that it is for. */
record Signed(X509Certificate certificate, PrivateKey key) {
  /** Without the key. */
  @Override
  public String toString() {
    return certificate.getSubjectX500Principal().getName();
  }
}
