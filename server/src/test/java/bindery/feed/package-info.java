/** Tests of the feed. */
@NullMarked
package bindery.feed;

import org.jspecify.annotations.NullMarked;
