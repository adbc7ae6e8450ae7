package bindery.raft;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.util.LifeCycle;

/**
 * Has the leader tell its followers at once that a barrier is committed.
 *
 * <p>A follower learns what is committed from the leader's next message, and while nothing is
 * written that is the next heartbeat: half an election time-out, for which every query at a
 * follower would have to wait. So when the leader has applied a barrier or is asked for the read
 * index, its senders send a message right away, if the last one did not say so already. Any thread.
 *
 * <p>The senders are also kept from spinning while a follower cannot be reached.
 */
final class PromptCommit {
  private static final String PARAMETER = "bindery.prompt-commit";
  private static final long SPIN_PAUSE_MILLIS = 10;

  private final Set<Sender> senders = ConcurrentHashMap.newKeySet();
  private final AtomicLong index = new AtomicLong(-1);

  /** Makes the engine that is built with these use senders that obey this. */
  void attach(RaftProperties settings, Parameters parameters) {
    settings.set("raft.rpc.type", Type.class.getName());
    parameters.put(PARAMETER, this, PromptCommit.class);
  }

  /** Has every follower told that this entry is committed, unless it was told so. */
  void tell(long committed) {
    index.accumulateAndGet(committed, Math::max);
    senders.forEach(sender -> sender.tell(committed));
  }

  /** The engine's gRPC with other senders. Made by its name. */
  static final class Type implements RpcType {
    @Override
    public String name() {
      return Type.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
      return new Factory(parameters);
    }
  }

  private static final class Factory extends GrpcFactory {
    private final PromptCommit prompt;

    Factory(Parameters parameters) {
      super(parameters);
      prompt = parameters.get(PARAMETER, PromptCommit.class);
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState state, FollowerInfo follower) {
      return new Sender(prompt, server, state, follower);
    }
  }

  /** Sends the log to one follower, and what is committed of it. */
  private static final class Sender extends GrpcLogAppender {
    private final PromptCommit prompt;
    private volatile long told = -1;
    private volatile boolean nothingToSend;

    Sender(
        PromptCommit prompt, RaftServer.Division server, LeaderState state, FollowerInfo follower) {
      super(server, state, follower);
      this.prompt = prompt;
    }

    @Override
    public void start() {
      prompt.senders.add(this);
      super.start();
    }

    @Override
    public CompletableFuture<LifeCycle.State> stopAsync() {
      prompt.senders.remove(this);
      return super.stopAsync();
    }

    void tell(long committed) {
      if (committed > told) {
        notifyLogAppender();
      }
    }

    // The engine's sender waits no longer than this, and sends a message without entries at 0. It
    // must be 0 only if that message can tell: not before the follower has answered for the entry.
    @Override
    public long getHeartbeatWaitTimeMs() {
      long index = prompt.index.get();
      return index > told && getFollower().getNextIndex() > index && !hasPendingDataRequests()
          ? 0
          : super.getHeartbeatWaitTimeMs();
    }

    @Override
    public AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
        throws RaftLogIOException {
      AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat);
      nothingToSend = request == null;
      if (request != null) {
        told = request.getLeaderCommit();
      }
      return request;
    }

    // Between two tries at a follower that is down the engine's sender would not wait at all.
    @Override
    public long getWaitTimeMs() {
      long wait = super.getWaitTimeMs();
      return nothingToSend && wait <= 0
          ? Math.max(1, Math.min(SPIN_PAUSE_MILLIS, getHeartbeatWaitTimeMs()))
          : wait;
    }
  }
}
