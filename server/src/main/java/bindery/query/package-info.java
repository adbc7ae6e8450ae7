/**
 * What a leasequery means, and its answer produced page by page.
 *
 * <p>The main type is {@link bindery.query.Answers}, which makes an {@link bindery.query.Answer}. A
 * query first passes the {@link bindery.query.ReadGate}, which proves that this node has applied
 * everything acknowledged before; then one snapshot of the store is pinned, {@link
 * bindery.query.QueryPlanner} turns the query into one range scan or a refusal, and the answer
 * fills page after page with whole messages until its last. No network and no thread of its own:
 * the fronts drive it.
 */
@NullMarked
package bindery.query;

import org.jspecify.annotations.NullMarked;
