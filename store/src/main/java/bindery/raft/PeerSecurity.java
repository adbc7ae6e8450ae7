package bindery.raft;

import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ClientAuth;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/**
 * How the connections between members are made safe, those of the engine and those of this package
 * alike. The JDK's TLS is used, which looks at the certificate anew for each handshake.
 *
 * @param tls empty for none
 * @param expected who is at an address
 */
record PeerSecurity(Optional<PeerTls> tls, PeerTls.Expected expected) {
  // A session that is taken up again is not judged again.
  private static final long RESUMED_SECONDS_MAX = 60;

  /** Without TLS. */
  static final PeerSecurity NONE = new PeerSecurity(Optional.empty(), end -> Set.of());

  /** For a connection to another member. */
  NettyChannelBuilder secure(NettyChannelBuilder channel) {
    if (tls.isEmpty()) {
      return channel.usePlaintext();
    }
    try {
      return channel.sslContext(
          GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
              .keyManager(tls.get().keys())
              .trustManager(tls.get().trust(expected))
              .build());
    } catch (SSLException e) {
      throw unable(e);
    }
  }

  /** For the engine's own connections to the others. */
  void secure(Parameters engine) {
    tls.ifPresent(
        own ->
            GrpcConfigKeys.TLS.setConf(
                engine,
                GrpcTlsConfig.newBuilder()
                    .setKeyManager(own.keys())
                    .setTrustManager(own.trust(expected))
                    .setMutualTls(true)
                    .setSslProvider(SslProvider.JDK)
                    .build()));
  }

  /** For the port that the others connect to. */
  NettyServerBuilder secure(NettyServerBuilder port) {
    if (tls.isEmpty()) {
      return port;
    }
    try {
      return port.sslContext(
              GrpcSslContexts.configure(
                      SslContextBuilder.forServer(tls.get().keys()), SslProvider.JDK)
                  .trustManager(tls.get().trust(expected))
                  .clientAuth(ClientAuth.REQUIRE)
                  .sessionTimeout(RESUMED_SECONDS_MAX)
                  .build())
          .intercept(new OwnNameAlone(tls.get()));
    } catch (SSLException e) {
      throw unable(e);
    }
  }

  private static IllegalStateException unable(SSLException e) {
    return new IllegalStateException("this Java runtime cannot do TLS: " + e.getMessage(), e);
  }
}
