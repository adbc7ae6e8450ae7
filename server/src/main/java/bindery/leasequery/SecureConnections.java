package bindery.leasequery;

import bindery.tls.Holder;
import bindery.tls.PeerNames;
import bindery.tls.RefusalLog;
import bindery.tls.Role;
import bindery.tls.UnnamedException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Whose certificates may ask over TLS, and what each connection needs for it. Any thread. */
final class SecureConnections {
  private static final long HANDSHAKE_MILLIS_MAX = 10_000;
  // A session that is taken up again is not judged again.
  private static final long RESUMED_SECONDS_MAX = 60;

  private final String cluster;
  private final SslContext context;
  private final RefusalLog refusals = new RefusalLog("leasequery");

  /**
   * By that certificate.
   *
   * @throws IOException if this Java runtime cannot do TLS
   */
  SecureConnections(SecureListen secure) throws IOException {
    cluster = secure.cluster();
    context =
        SslContextBuilder.forServer(secure.tls().keys())
            .sslProvider(SslProvider.JDK)
            .trustManager(secure.tls().trust(PeerNames.ANY, (end, reason) -> {}))
            .clientAuth(ClientAuth.REQUIRE)
            .sessionTimeout(RESUMED_SECONDS_MAX)
            .build();
  }

  /** For one connection. */
  SslHandler handler(ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS_MAX);
    return handler;
  }

  /** Why whoever shows that certificate may not ask; empty if he may. */
  Optional<String> obstacle(SSLSession session) {
    try {
      if (!(session.getPeerCertificates()[0] instanceof X509Certificate shown)) {
        return Optional.of("no certificate was shown");
      }
      Holder holder = Holder.of(shown, cluster);
      return holder.role() == Role.FEEDER
          ? Optional.of(
              holder
                  + " may not ask (expected a certificate of the role viewer or operator, or of a"
                  + " node)")
          : Optional.empty();
    } catch (SSLPeerUnverifiedException | UnnamedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  void tellRefused(InetSocketAddress from, String reason) {
    refusals.write(String.valueOf(from).replaceFirst("^/", ""), reason);
  }
}
