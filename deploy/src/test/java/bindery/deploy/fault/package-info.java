/**
 * Faults put into a cluster of real processes on hosts of its own, and the history that shows
 * whether a promise was broken.
 *
 * <p>{@link bindery.deploy.fault.FaultRun} is the program: it makes a {@link
 * bindery.deploy.fault.Network} and a {@link bindery.deploy.fault.Cluster}, has {@link
 * bindery.deploy.fault.GroupFeeder}s write and {@link bindery.deploy.fault.GroupReader}s ask, puts
 * in what a {@link bindery.deploy.fault.Schedule} says, and has {@link
 * bindery.deploy.fault.History} judge every answer. It runs as root in namespaces of its own, which
 * {@link bindery.deploy.fault.FaultIT} makes.
 */
@NullMarked
package bindery.deploy.fault;

import org.jspecify.annotations.NullMarked;
