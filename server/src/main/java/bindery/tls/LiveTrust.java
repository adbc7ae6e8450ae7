package bindery.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom the authorities vouch for that are in force, and who is named as he must be. The JDK
 * judges; what it refuses is told in other words. Any thread.
 */
final class LiveTrust extends X509ExtendedTrustManager {
  private final LiveTls tls;
  private final boolean asksForHost;
  private final PeerNames names;
  private final Refusals refusals;

  LiveTrust(LiveTls tls, boolean asksForHost, PeerNames names, Refusals refusals) {
    this.tls = tls;
    this.asksForHost = asksForHost;
    this.names = names;
    this.refusals = refusals;
  }

  private interface Judgement {
    void judge(X509ExtendedTrustManager pkix) throws CertificateException;
  }

  private void judge(X509Certificate[] chain, String end, Judgement byJdk, Judgement ofHost)
      throws CertificateException {
    tls.lookIfDue();
    TlsMaterial material = tls.material();
    try {
      try {
        byJdk.judge(material.pkix());
      } catch (CertificateException e) {
        TrustFault.check(List.of(chain), material.authorities(), tls.files().ca().toString());
        throw new CertificateException(
            Holder.subject(chain[0]) + " is not trusted: " + e.getMessage(), e);
      }
      try {
        ofHost.judge(material.pkix());
      } catch (CertificateException e) {
        throw new CertificateException(
            Holder.subject(chain[0])
                + " is for "
                + String.join(", ", CertificateFacts.hosts(chain[0]))
                + ", not for "
                + end
                + " that was asked (expected that host among its names: bindery cert node NAME"
                + " --address HOST)",
            e);
      }
      names.check(chain[0], end);
    } catch (CertificateException e) {
      refusals.refused(end, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private static String end(@Nullable SSLEngine engine) {
    return engine == null || engine.getPeerHost() == null
        ? ""
        : engine.getPeerHost() + ":" + engine.getPeerPort();
  }

  private static String end(@Nullable Socket socket) {
    if (socket instanceof SSLSocket tls && tls.getHandshakeSession() != null) {
      return tls.getHandshakeSession().getPeerHost() + ":" + socket.getPort();
    }
    return socket == null ? "" : String.valueOf(socket.getRemoteSocketAddress());
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  private void judgeServer(X509Certificate[] chain, String type, String end, Judgement ofHost)
      throws CertificateException {
    judge(
        chain,
        end,
        pkix -> pkix.checkServerTrusted(chain, type),
        asksForHost ? ofHost : pkix -> {});
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    judgeServer(chain, type, end(engine), pkix -> pkix.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    judgeServer(chain, type, end(socket), pkix -> pkix.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judge(chain, "", pkix -> pkix.checkClientTrusted(chain, type), pkix -> {});
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    judgeServer(
        chain,
        type,
        "",
        pkix -> {
          throw new CertificateException("nobody says which host was asked");
        });
  }

  // Told whom this end trusts, the other one would show nothing rather than what is refused by
  // name.
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
