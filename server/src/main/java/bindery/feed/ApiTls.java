package bindery.feed;

import bindery.tls.LiveTls;

/**
 * TLS at the API: the node's own certificate, and whose certificates it takes.
 *
 * @param cluster in which a certificate must name its holder
 */
public record ApiTls(LiveTls tls, String cluster) {}
