package bindery.node;

import java.nio.file.Path;
import java.util.List;

/** The options of the section {@code tls}, in the order of the sample file. */
final class TlsSettings {
  static final Setting<Path> CA =
      Setting.withoutDefault(
          "tls.ca",
          Kind.FILE,
          "/etc/bindery/tls/ca.crt",
          "The authority of this cluster (PEM), or several one after the other while one takes the"
              + " other's place. With the three options of this section, api, raft and"
              + " leasequery.tls-listen speak TLS, and take only who has a certificate of it; bindery"
              + " cert makes all of them. All three files are read again when they change.");

  static final Setting<Path> CERT =
      Setting.withoutDefault(
          "tls.cert",
          Kind.FILE,
          "/etc/bindery/tls/n1.crt",
          "This node's certificate (PEM), which must name it (bindery cert node).");

  static final Setting<Path> KEY =
      Setting.withoutDefault(
          "tls.key",
          Kind.FILE,
          "/etc/bindery/tls/n1.key",
          "The certificate's key (PEM, PKCS #8, without a password), which no other user may read.");

  /** All of them. */
  static final List<Setting<?>> ALL = List.of(CA, CERT, KEY);

  private TlsSettings() {}
}
