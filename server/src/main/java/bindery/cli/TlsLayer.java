package bindery.cli;

import bindery.client.LeasequeryClient;
import bindery.client.SocketLayer;
import bindery.model.HostPort;
import bindery.tls.HandshakeFault;
import bindery.tls.LiveTls;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** TLS over a connection to a node, whose certificate must name the host that was asked. */
final class TlsLayer implements SocketLayer {
  private final LiveTls tls;
  private final SSLContext context;

  TlsLayer(LiveTls tls) {
    this.tls = tls;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {tls.keys()}, new TrustManager[] {tls.trustOfHosts()}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime cannot do TLS: " + e.getMessage(), e);
    }
  }

  @Override
  public Socket over(Socket connected, HostPort server) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            context.getSocketFactory().createSocket(connected, server.host(), server.port(), true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    try {
      secured.startHandshake();
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "no answer to TLS (is that the port of leasequery.tls-listen? it is usually "
              + LeasequeryClient.TLS_PORT
              + ")",
          e);
    }
    return secured;
  }

  @Override
  public String explain(IOException failure) {
    return HandshakeFault.ofClient(failure, tls).orElse(String.valueOf(failure.getMessage()));
  }
}
