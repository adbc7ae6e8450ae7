/** Tests of what is trusted, by whom, and how that is told. */
@NullMarked
package bindery.tls;

import org.jspecify.annotations.NullMarked;
