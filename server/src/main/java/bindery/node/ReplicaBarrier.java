package bindery.node;

import bindery.query.ReadBarrier;
import bindery.raft.Replica;
import bindery.store.ReadPoint;
import java.util.concurrent.CompletionStage;

/** The read barriers of a replica, as queries ask for them. Any thread. */
record ReplicaBarrier(Replica replica) implements ReadBarrier {
  @Override
  public CompletionStage<ReadPoint> barrier() {
    return replica.barrier();
  }

  @Override
  public CompletionStage<ReadPoint> timedBarrier() {
    return replica.loggedBarrier();
  }
}
