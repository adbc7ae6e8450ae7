/** Tests of what a node tells of itself. */
@NullMarked
package bindery.admin;

import org.jspecify.annotations.NullMarked;
