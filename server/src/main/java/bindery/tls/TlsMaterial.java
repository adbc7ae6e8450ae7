package bindery.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What stood in one end's files when they were read.
 *
 * @param authorities who may vouch for the other end, at least one
 * @param pkix the JDK's judgement by those authorities
 */
record TlsMaterial(
    Identity.Read identity, List<X509Certificate> authorities, X509ExtendedTrustManager pkix) {
  static TlsMaterial of(Identity.Read identity, List<X509Certificate> authorities)
      throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (X509Certificate one : authorities) {
        store.setCertificateEntry("authority-" + count++, one);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager made : factory.getTrustManagers()) {
        if (made instanceof X509ExtendedTrustManager pkix) {
          return new TlsMaterial(identity, List.copyOf(authorities), pkix);
        }
      }
      throw new IOException("this Java runtime has no PKIX trust manager");
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot set up TLS: " + e.getMessage(), e);
    }
  }

  /** The own certificate. */
  X509Certificate certificate() {
    return identity.chain().get(0);
  }

  /** When the first of the own certificates and of the authorities ends. */
  Instant until() {
    Instant until = certificate().getNotAfter().toInstant();
    for (X509Certificate one : identity.chain()) {
      until = earlier(until, one.getNotAfter().toInstant());
    }
    return until;
  }

  /** When the authority ends that vouches for the own certificates; the last, if several do. */
  Instant authorityUntil() {
    X509Certificate last = identity.chain().get(identity.chain().size() - 1);
    return authorities.stream()
        .filter(authority -> TrustFault.isVouchedFor(last, authority))
        .map(authority -> authority.getNotAfter().toInstant())
        .max(Comparator.naturalOrder())
        .orElse(until()); // it was judged by one when it was read
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
