/**
 * What the build makes of the commands' own descriptions for the package: the completion of shells,
 * and the manual's pages. Runs when the package is made, and is not in it.
 */
@NullMarked
package bindery.pages;

import org.jspecify.annotations.NullMarked;
