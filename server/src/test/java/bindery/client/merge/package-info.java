/** Tests of merging and comparing what several servers tell. */
@NullMarked
package bindery.client.merge;

import org.jspecify.annotations.NullMarked;
