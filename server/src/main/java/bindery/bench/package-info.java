/**
 * Measures a cluster: generates bindings, feeds them, asks for them, and reads the same rows
 * straight off the engine, so that each figure has one to stand beside.
 *
 * <p>{@link bindery.bench.BenchData} says what is generated; the commands print one JSON object
 * each on stdout. Only {@code bindery.node} imports this package.
 */
@NullMarked
package bindery.bench;

import org.jspecify.annotations.NullMarked;
