package bindery.kea.ha;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The two ends of TLS with Kea, made of PEM files as Kea's own configuration names them. */
public final class KeaTls {
  private KeaTls() {}

  /**
   * For who listens.
   *
   * @param clientAuthority who must have signed the certificate of whoever connects; empty if none
   *     is asked for
   * @throws IOException if a file cannot be read or is not what it should be; the message names it
   */
  public static SslContext server(Path certificate, Path key, Optional<Path> clientAuthority)
      throws IOException {
    try {
      SslContextBuilder builder = SslContextBuilder.forServer(certificate.toFile(), key.toFile());
      if (clientAuthority.isPresent()) {
        builder.trustManager(clientAuthority.get().toFile()).clientAuth(ClientAuth.REQUIRE);
      }
      return builder.build();
    } catch (IllegalArgumentException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          "cannot use certificate "
              + certificate
              + " with key "
              + key
              + clientAuthority.map(path -> " and authority " + path).orElse("")
              + ": "
              + cause.getMessage()
              + " (expected PEM files, the key without a password)",
          e);
    }
  }

  /**
   * For who connects.
   *
   * @param authority who must have signed Kea's certificate
   * @throws IOException if the file cannot be read or holds no certificates; the message names it
   */
  public static SSLContext client(Path authority) throws IOException {
    try (InputStream in = Files.newInputStream(authority)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + count++, one);
      }
      if (count == 0) {
        throw new IOException(authority + ": no certificate in it (expected PEM)");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(authority + ": not a certificate: " + e.getMessage(), e);
    }
  }
}
