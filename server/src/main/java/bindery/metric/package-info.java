/**
 * What a part of a node counts, as metrics of Prometheus that are read when they are asked for.
 *
 * <p>{@link bindery.metric.ReadMetrics} registers counters, gauges and timings under one prefix.
 * Imported by every package that measures; knows none of them.
 */
@NullMarked
package bindery.metric;

import org.jspecify.annotations.NullMarked;
