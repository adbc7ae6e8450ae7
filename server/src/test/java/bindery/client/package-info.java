/** Tests of the requestor against servers that keep to the protocol and servers that do not. */
@NullMarked
package bindery.client;

import org.jspecify.annotations.NullMarked;
