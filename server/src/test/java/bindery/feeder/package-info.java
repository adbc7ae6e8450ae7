/** Tests of the feeder's side alone. */
@NullMarked
package bindery.feeder;

import org.jspecify.annotations.NullMarked;
