/**
 * TLS at every port: certificates and keys as PEM files, who they name, and whether to trust them.
 *
 * <p>{@link bindery.tls.TlsFiles} says where one end's files are, {@link bindery.tls.LiveTls} holds
 * what is in them and reads them again when they change, and gives out the managers that the
 * engines of gRPC, Ratis and Netty take. {@link bindery.tls.Holder} is who a certificate names and
 * what it lets him do. Knows the JDK alone, beside the log; any package may use it.
 */
@NullMarked
package bindery.tls;

import org.jspecify.annotations.NullMarked;
