package bindery.tls;

import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why TLS did not come about, in words that whoever sees it can act on. */
public final class HandshakeFault {
  private static final String ALERT = "Received fatal alert: ";

  private HandshakeFault() {}

  /**
   * For the side that was connected to.
   *
   * @param failure what the engine says
   */
  public static String ofServer(Throwable failure) {
    Optional<String> certificate = certificate(failure);
    if (certificate.isPresent()) {
      return certificate.get();
    }
    String text = text(failure);
    if (text.contains("mpty client certificate chain") || text.contains("null cert chain")) {
      return "no certificate was shown (expected one of this cluster's authority: --ca, --cert and"
          + " --key)";
    }
    if (isNoTls(text)) {
      return "what came is no TLS (expected a client with --ca, --cert and --key)";
    }
    Optional<String> alert = alert(text);
    return alert.isPresent()
        ? "the other end refused this node's certificate: "
            + alert.get()
            + " (does it trust this node's authority, and ask by a name that is in the"
            + " certificate?)"
        : text;
  }

  /**
   * For the side that connected with a certificate of its own.
   *
   * @return empty if the failure has nothing to do with TLS
   */
  public static Optional<String> ofClient(Throwable failure, LiveTls own) {
    Optional<String> certificate = certificate(failure);
    if (certificate.isPresent()) {
      return certificate;
    }
    @Nullable SSLException tls = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException found) {
        tls = found;
      }
    }
    if (tls == null) {
      return Optional.empty();
    }
    String text = text(tls);
    if (isNoTls(text)) {
      return Optional.of("what answers there does not speak TLS (is the port right?)");
    }
    return Optional.of(
        alert(text)
            .map(
                alert ->
                    "the node refused this certificate: "
                        + alert
                        + ": "
                        + own.files().certificate()
                        + ", "
                        + Holder.subject(own.certificate())
                        + " signed by "
                        + own.certificate().getIssuerX500Principal().getName()
                        + ", until "
                        + own.until()
                        + " (its log says why: event=tls_refused)")
            .orElse("TLS failed: " + text));
  }

  // What this program itself found wrong with the other end's certificate.
  private static Optional<String> certificate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException found && found.getMessage() != null) {
        return Optional.of(found.getMessage());
      }
    }
    return Optional.empty();
  }

  private static boolean isNoTls(String text) {
    return text.contains("not an SSL/TLS record")
        || text.contains("Unsupported or unrecognized SSL message");
  }

  private static Optional<String> alert(String text) {
    int at = text.indexOf(ALERT);
    return at < 0
        ? Optional.empty()
        : Optional.of(
            text.substring(at + ALERT.length()).replace('_', ' ').toLowerCase(Locale.ROOT));
  }

  private static String text(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
