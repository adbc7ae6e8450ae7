package bindery.kea.ha;

import bindery.tls.Identity;
import bindery.tls.PemFile;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

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
  public static SslContext server(Identity identity, Optional<Path> clientAuthority)
      throws IOException {
    Identity.Read read = identity.read();
    SslContextBuilder builder = SslContextBuilder.forServer(read.key(), read.chain());
    if (clientAuthority.isPresent()) {
      builder
          .trustManager(PemFile.read(clientAuthority.get()).certificates())
          .clientAuth(ClientAuth.REQUIRE);
    }
    return builder.build();
  }

  /**
   * For who connects.
   *
   * @param authority who must have signed Kea's certificate; empty for whom the JDK trusts
   * @param identity what is shown if Kea asks who connects; empty for nothing
   * @throws IOException as of {@link #server}
   */
  public static SSLContext client(Optional<Path> authority, Optional<Identity> identity)
      throws IOException {
    try {
      @Nullable TrustManager[] trust = null;
      if (authority.isPresent()) {
        KeyStore store = emptyStore();
        int count = 0;
        for (Certificate one : PemFile.read(authority.get()).certificates()) {
          store.setCertificateEntry("authority-" + count++, one);
        }
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        trust = factory.getTrustManagers();
      }
      @Nullable KeyManager[] keys = null;
      if (identity.isPresent()) {
        Identity.Read read = identity.get().read();
        KeyStore store = emptyStore();
        store.setKeyEntry("own", read.key(), new char[0], read.chain().toArray(new Certificate[0]));
        KeyManagerFactory factory =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        keys = factory.getKeyManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot set up TLS with Kea: " + e.getMessage(), e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }
}
