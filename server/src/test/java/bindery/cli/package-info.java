/** Tests of the {@code bindery} command, run in this process against small servers. */
@NullMarked
package bindery.cli;

import org.jspecify.annotations.NullMarked;
