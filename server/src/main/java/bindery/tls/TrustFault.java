package bindery.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Why a certificate is not trusted, in words that its holder can act on. Looks for the usual
 * reasons only; whether it is trusted is the JDK's to say.
 */
final class TrustFault {
  private TrustFault() {}

  /**
   * Looks at the certificates of one end for what is wrong with them at any rate.
   *
   * @param chain its own, then those that vouch for it
   * @param authorities whom the other end trusts
   * @param place where the authorities stand, for the message
   * @throws CertificateException if the first is out of its time or no authority vouches for it;
   *     its cause carries the reason, which becomes the TLS alert
   */
  static void check(List<X509Certificate> chain, List<X509Certificate> authorities, String place)
      throws CertificateException {
    for (X509Certificate one : chain) {
      try {
        one.checkValidity();
      } catch (CertificateExpiredException e) {
        throw fault(
            Holder.subject(one)
                + " expired on "
                + one.getNotAfter().toInstant()
                + " (expected one that is valid now: bindery cert renew)",
            BasicReason.EXPIRED);
      } catch (CertificateNotYetValidException e) {
        throw fault(
            Holder.subject(one)
                + " is not valid before "
                + one.getNotBefore().toInstant()
                + " (expected one that is valid now; is this host's clock right?)",
            BasicReason.NOT_YET_VALID);
      }
    }
    X509Certificate last = chain.get(chain.size() - 1);
    if (authorities.stream().noneMatch(authority -> isVouchedFor(last, authority))) {
      throw fault(
          Holder.subject(chain.get(0))
              + " is signed by "
              + last.getIssuerX500Principal().getName()
              + ", whose certificate is not in "
              + place
              + " (expected one signed by "
              + String.join(
                  " or ",
                  authorities.stream()
                      .map(authority -> authority.getSubjectX500Principal().getName())
                      .distinct()
                      .toList())
              + ", with the key of that very authority)",
          BasicReason.UNSPECIFIED);
    }
  }

  /** Whether that authority signed it, or is it. */
  static boolean isVouchedFor(X509Certificate certificate, X509Certificate authority) {
    if (certificate.equals(authority)) {
      return true;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal());
    } catch (GeneralSecurityException e) {
      return false; // signed by another key
    }
  }

  private static CertificateException fault(String message, BasicReason reason) {
    return new CertificateException(
        message, new CertPathValidatorException(message, null, null, -1, reason));
  }
}
