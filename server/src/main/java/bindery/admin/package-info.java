/**
 * What operators ask a node: the gRPC service {@code bindery.v1.Admin}, and health and metrics over
 * HTTP.
 *
 * <p>{@link bindery.admin.AdminService} answers from the replica and from {@link
 * bindery.admin.NodeFacts}, which the node gathers from its other parts. {@link
 * bindery.admin.HttpEndpoint} says whether the node lives and is ready, and prints its metrics.
 * Nothing here changes a row.
 */
@NullMarked
package bindery.admin;

import org.jspecify.annotations.NullMarked;
