package bindery.feeder;

import bindery.tls.HandshakeFault;
import bindery.tls.LiveTls;
import bindery.tls.PeerNames;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS to the nodes' API: what is shown to them, and what their certificates must name.
 *
 * @param trust judges them
 */
public record ApiSecurity(LiveTls tls, X509ExtendedTrustManager trust) {
  /** To nodes whose certificates name the hosts that are asked. */
  public static ApiSecurity ofHosts(LiveTls tls) {
    return new ApiSecurity(tls, tls.trustOfHosts());
  }

  /** To one node, whose certificate must name what is said, whatever host is asked. */
  public static ApiSecurity of(LiveTls tls, PeerNames names) {
    return new ApiSecurity(tls, tls.trust(names, (end, reason) -> {}));
  }

  SslContext context() {
    try {
      return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
          .keyManager(tls.keys())
          .trustManager(trust)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this Java runtime cannot do TLS: " + e.getMessage(), e);
    }
  }

  /** What a failure says of TLS; empty if it is about something else. */
  Optional<String> describe(Throwable failure) {
    return HandshakeFault.ofClient(failure, tls);
  }
}
