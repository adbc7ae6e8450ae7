/** Tests of {@code bindery cert}, and certificates for the tests of everything that speaks TLS. */
@NullMarked
package bindery.cli.cert;

import org.jspecify.annotations.NullMarked;
