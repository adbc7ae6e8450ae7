/**
 * {@code bindery cert}: a small private authority for one cluster, kept in a folder.
 *
 * <p>{@link bindery.cli.cert.Authority} signs, {@link bindery.cli.cert.CertificateFolder} keeps
 * certificates and keys, {@link bindery.cli.cert.CertCommands} is the group of commands. The only
 * place that sees Bouncy Castle, since the JDK has no public way to sign a certificate.
 */
@NullMarked
package bindery.cli.cert;

import org.jspecify.annotations.NullMarked;
