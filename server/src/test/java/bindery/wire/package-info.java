/** Tests of the wire format, with the vectors and builders that other tests share. */
@NullMarked
package bindery.wire;

import org.jspecify.annotations.NullMarked;
