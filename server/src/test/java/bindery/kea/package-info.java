/** Tests of the readers of Kea's files. */
@NullMarked
package bindery.kea;

import org.jspecify.annotations.NullMarked;
