package bindery.leasequery;

import bindery.tls.LiveTls;
import java.net.InetSocketAddress;

/**
 * Where bulk leasequery is asked over TLS, from the first octet on.
 *
 * @param tls the node's own certificate, and whose certificates it takes
 * @param cluster in which the certificate of whoever asks must name him
 */
public record SecureListen(InetSocketAddress listen, LiveTls tls, String cluster) {}
