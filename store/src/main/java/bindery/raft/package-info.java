/**
 * Replication of the store by Raft: propose, apply, read barrier, snapshot, catching up. The only
 * place that sees {@code org.apache.ratis}.
 *
 * <p>The main type is {@link bindery.raft.Replica}: this node's share of the Raft group. A command
 * proposed at any node is stamped and logged by the leader, applied by every node's state machine
 * to its {@link bindery.store.BindingStore}, and answered from there. A barrier proves that a node
 * has applied all that was acknowledged before it was asked for.
 *
 * <p>Members also talk beside Raft, on the Raft port: they say who they are, so that one that lost
 * its disk is found out ({@code Admission}); they carry proposals to the leader ({@code
 * ProposalStream}); and they lend each other copies of the store ({@code CatchUp}).
 *
 * <p>Loggers: the engine reports what is normal in a cluster, such as a member that is down, at
 * WARN and ERROR, hundreds of times a second at worst. A node should set {@code org.apache.ratis}
 * to ERROR, {@code org.apache.ratis.server.RaftServer$Division}, {@code
 * org.apache.ratis.grpc.server.GrpcLogAppender} and {@code
 * org.apache.ratis.grpc.server.GrpcServerProtocolService} to OFF; whatever stops a node is told
 * through {@code onFatal} with its cause. The engine's gRPC logs through java.util.logging, under
 * {@code org.apache.ratis.thirdparty}.
 */
@NullMarked
package bindery.raft;

import org.jspecify.annotations.NullMarked;
