/**
 * The {@code bindery} command: what an operator types, over the network alone.
 *
 * <p>{@link bindery.cli.Commands} builds the tree of commands; the program's main class adds those
 * that run nodes and executes it. Every command reads its options (flag, then environment, then
 * default), talks to nodes through {@link bindery.feeder} or as a requestor does, writes data to
 * standard output and everything else to standard error, and ends with one of {@link
 * bindery.cli.ExitCode}. A failure is a {@link bindery.cli.CommandException}, told in one line.
 */
@NullMarked
package bindery.cli;

import org.jspecify.annotations.NullMarked;
