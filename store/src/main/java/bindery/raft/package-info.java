/**
 * Replication of the store by Raft: propose, apply, read barrier, snapshot, catching up. The only
 * place that sees {@code org.apache.ratis}.
 *
 * <p>The main type is {@link bindery.raft.Replica}: this node's share of the Raft group. A command
 * proposed at any node is stamped and logged by the leader, applied by every node's state machine
 * to its {@link bindery.store.BindingStore}, and answered from there. A barrier proves that a node
 * has applied all that was acknowledged before it was asked for.
 */
@NullMarked
package bindery.raft;

import org.jspecify.annotations.NullMarked;
