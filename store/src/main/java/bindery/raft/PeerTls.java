package bindery.raft;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS between the members: what this node shows to the others, and how it knows them. All of it may
 * change while the replica runs; new connections go by it. Any thread.
 */
public interface PeerTls {
  /** Who is expected at an address. */
  interface Expected {
    /**
     * The members that are reached there; none if it is no member's.
     *
     * @param end host and port, as they were asked
     */
    Set<String> at(String end);
  }

  /** Shows this node's own certificate. */
  X509ExtendedKeyManager keys();

  /**
   * Takes nodes of this cluster alone: to whom this node connects only who is expected there, or
   * any where nobody is.
   */
  X509ExtendedTrustManager trust(Expected expected);

  /**
   * The node that a certificate names.
   *
   * @throws CertificateException if it names none of this cluster, or is out of its time
   */
  String nodeIn(X509Certificate certificate) throws CertificateException;

  /**
   * Writes down that a caller was refused.
   *
   * @param from its address
   * @param reason a sentence
   */
  void refused(String from, String reason);
}
