/**
 * The daemon: its options, its parts and the order in which they start and stop.
 *
 * <p>{@link bindery.node.Settings} declares each option once; {@link bindery.node.ConfigReader}
 * takes values from flags, environment, file and defaults, and tells all problems together; {@link
 * bindery.node.Node} builds the parts in order and stops them in reverse. {@link bindery.node.Main}
 * is the program, which adds the commands that start nodes to those that talk to them. Nothing
 * imports this package.
 */
@NullMarked
package bindery.node;

import org.jspecify.annotations.NullMarked;
