package bindery.raft;

import bindery.log.v1.Command;
import bindery.log.v1.Result;
import bindery.model.DaemonThreads;
import bindery.peer.v1.ProposeReply;
import bindery.peer.v1.ProposeRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/**
 * All proposals of this node: into the leader's log, and again elsewhere while that fails.
 *
 * <p>One thread hands them over, in the order they were proposed. What has to wait for a leader is
 * kept by its number, and what is proposed meanwhile queues up behind it; so the order mostly
 * holds, but an attempt that fails alone is overtaken. Each attempt carries the same client and
 * call, by which a leader that finds the command in its log answers instead of appending it again.
 */
final class Proposals implements AutoCloseable {
  /** The most commands in flight at a node; 16 MiB if all are of the greatest size. */
  static final int IN_FLIGHT_MAX = 64;

  /** How long a proposal is tried for. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long PAUSE_MILLIS_MIN = 20;
  private static final long PAUSE_MILLIS_MAX = 500;

  /** Who leads, as this node knows. */
  interface Leadership {
    /** Whether this node leads and may propose. */
    boolean isLeader();

    /** The leader's name; empty if unknown. */
    Optional<String> leader();
  }

  private final LocalLog log;
  private final Leadership leadership;
  private final Peers peers;
  private final ScheduledExecutorService timer;
  private final Executor answers;
  private final Duration patience;
  private final CommandLimits limits;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
  private final Set<Proposal> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService handover;
  private final ProposalCounts counts = new ProposalCounts();
  private volatile boolean closed;

  // The handover thread's alone.
  private final TreeMap<Long, Proposal> waiting = new TreeMap<>();
  private @Nullable ProposalStream stream;
  private boolean retrySet;
  private long pauseMillis = PAUSE_MILLIS_MIN;

  /**
   * For a started server.
   *
   * @param timer runs what must not block
   * @param answers runs whoever waits for a result
   * @param patience how long a proposal is tried for
   * @param limits what a command must keep to
   */
  Proposals(
      LocalLog log,
      Leadership leadership,
      Peers peers,
      String node,
      ScheduledExecutorService timer,
      Executor answers,
      Duration patience,
      CommandLimits limits) {
    this.log = log;
    this.leadership = leadership;
    this.peers = peers;
    this.timer = timer;
    this.answers = answers;
    this.patience = patience;
    this.limits = limits;
    this.handover = Executors.newSingleThreadExecutor(new DaemonThreads("raft-propose-" + node));
  }

  /** As {@link Replica#propose}. */
  CompletableFuture<Result> propose(Command command) {
    byte[] octets = command.toByteArray();
    Optional<String> fault = limits.fault(command, octets.length);
    if (fault.isPresent()) {
      return CompletableFuture.failedFuture(
          new ProposalException(ProposalException.Kind.REFUSED, fault.get()));
    }
    if (!inFlight.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new ProposalException(
              ProposalException.Kind.OVERLOADED,
              "more than " + IN_FLIGHT_MAX + " proposals in flight at this node"));
    }
    return start(command, octets, patience, true);
  }

  /** Proposes one of the replica's own commands, beside the bound of those in flight. */
  CompletableFuture<Result> proposeOwn(Command command, Duration patience) {
    return start(command, command.toByteArray(), patience, false);
  }

  /** What became of them. */
  ProposalCounts counts() {
    return counts;
  }

  private CompletableFuture<Result> start(
      Command command, byte[] octets, Duration patience, boolean counted) {
    Proposal proposal = new Proposal(calls.incrementAndGet(), counted, command, octets);
    open.add(proposal);
    try {
      proposal.expireBy(
          timer.schedule(
              () -> expire(proposal, patience), patience.toMillis(), TimeUnit.MILLISECONDS));
      handover.execute(() -> handOver(proposal));
    } catch (RejectedExecutionException e) {
      fail(proposal, stopping());
    }
    if (closed) {
      fail(proposal, stopping());
    }
    return proposal.result();
  }

  private static ProposalException stopping() {
    return new ProposalException(ProposalException.Kind.STOPPING, "this node is stopping");
  }

  private void expire(Proposal proposal, Duration patience) {
    fail(proposal, ProposalException.expired(proposal.mayBeLogged(), patience));
  }

  private void fail(Proposal proposal, ProposalException failure) {
    finish(proposal, () -> counts.fail(proposal, failure));
  }

  // Whoever hears the answer may propose again at once, so its place is free before.
  private void finish(Proposal proposal, Runnable answer) {
    if (!open.remove(proposal)) {
      return;
    }
    proposal.cancelExpiry();
    if (proposal.counted()) {
      inFlight.release();
    }
    try {
      answers.execute(answer);
    } catch (RejectedExecutionException e) {
      answer.run();
    }
  }

  private void handOver(Proposal proposal) {
    if (waiting.isEmpty()) {
      attempt(proposal);
    } else {
      waiting.put(proposal.call(), proposal);
    }
  }

  private void attempt(Proposal proposal) {
    if (!open.contains(proposal)) {
      return;
    }
    if (leadership.isLeader()) {
      CommandMessage message = proposal.message();
      proposal.attempt(message::mayBeLogged);
      var unused =
          log.append(client, proposal.call(), message)
              .thenAccept(reply -> onReply(proposal, reply));
      return;
    }
    ProposalStream to = leadership.leader().map(this::streamTo).orElse(null);
    if (to == null || !to.send(proposal)) {
      defer(proposal);
    }
  }

  private @Nullable ProposalStream streamTo(String leader) {
    ProposalStream held = stream;
    if (held != null && !held.ended() && held.leader().equals(leader)) {
      return held;
    }
    if (held != null) {
      held.abandon();
    }
    Optional<PeerClient> peer = peers.client(leader);
    if (peer.isEmpty()) {
      stream = null;
      return null;
    }
    ProposalStream fresh =
        new ProposalStream(
            leader,
            ByteString.copyFrom(client.toByteString().asReadOnlyByteBuffer()),
            this::onReply,
            this::retryNow);
    stream = fresh;
    peer.get().propose(fresh);
    return fresh;
  }

  private void onReply(Proposal proposal, ProposeReply reply) {
    switch (reply.getOutcome()) {
      case APPLIED -> applied(proposal, reply);
      case UNKNOWN, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> {
        proposal.attemptEnded(true);
        deferLater(proposal);
      }
      case NOT_TAKEN -> {
        proposal.attemptEnded(false);
        deferLater(proposal);
      }
      case OVERLOADED -> refuse(proposal, ProposalException.Kind.OVERLOADED, reply);
      case REFUSED -> refuse(proposal, ProposalException.Kind.REFUSED, reply);
    }
  }

  private void applied(Proposal proposal, ProposeReply reply) {
    try {
      Result result = Result.parseFrom(reply.getResult());
      counts.committed(proposal);
      finish(proposal, () -> proposal.result().complete(result));
    } catch (InvalidProtocolBufferException e) {
      fail(
          proposal,
          new ProposalException(
              ProposalException.Kind.INDETERMINATE,
              "applied, but its result is of a grammar that this program does not know",
              e));
    }
  }

  // What an earlier attempt may have logged is not untaken because a later attempt was refused.
  private void refuse(Proposal proposal, ProposalException.Kind kind, ProposeReply reply) {
    proposal.attemptEnded(false);
    fail(
        proposal,
        new ProposalException(
            proposal.mayBeLogged() ? ProposalException.Kind.INDETERMINATE : kind,
            reply.getMessage()));
  }

  private void deferLater(Proposal proposal) {
    onHandover(() -> defer(proposal));
  }

  private void onHandover(Runnable task) {
    try {
      handover.execute(task);
    } catch (RejectedExecutionException e) {
      failAll();
    }
  }

  private void defer(Proposal proposal) {
    waiting.put(proposal.call(), proposal);
    if (!retrySet) {
      retrySet = true;
      try {
        var unused =
            timer.schedule(
                () -> onHandover(this::retryAfterPause), pauseMillis, TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis);
      } catch (RejectedExecutionException e) {
        failAll();
      }
    }
  }

  private void retryAfterPause() {
    retrySet = false;
    retry();
  }

  private void retry() {
    List<Proposal> again = List.copyOf(waiting.values());
    waiting.clear();
    again.forEach(this::attempt);
    if (waiting.isEmpty()) {
      pauseMillis = PAUSE_MILLIS_MIN;
    }
  }

  /** Tries at once what waits: a connection came about or broke. */
  void retryNow() {
    onHandover(this::retry);
  }

  /**
   * Tries at once what waits, and what was sent to a member that leads no more: a host that lost
   * its power says nothing for longer than anybody waits.
   */
  void leaderChanged() {
    onHandover(
        () -> {
          ProposalStream held = stream;
          boolean isOther =
              held != null
                  && (leadership.isLeader()
                      || leadership
                          .leader()
                          .filter(name -> !name.equals(held.leader()))
                          .isPresent());
          if (held != null && isOther) {
            stream = null;
            held.abandon();
          }
          retry();
        });
  }

  /**
   * Takes a proposal that came from another member for this node's log.
   *
   * @param onReply hears the outcome, on any thread
   */
  void relay(ProposeRequest request, Command command, Consumer<ProposeReply> onReply) {
    Optional<String> fault = limits.levelFault(command);
    if (fault.isPresent()) {
      onReply.accept(notLogged(request, ProposeReply.Outcome.REFUSED, fault.get()));
      return;
    }
    Supplier<CompletableFuture<ProposeReply>> append =
        () ->
            log.append(
                ClientId.valueOf(
                    UnsafeByteOperations.unsafeWrap(request.getClient().toByteArray())),
                request.getCall(),
                new CommandMessage(command, request.getCommand().toByteArray()));
    try {
      handover.execute(
          () -> {
            if (leadership.isLeader()) {
              var unused = append.get().thenAccept(onReply);
            } else {
              onReply.accept(
                  notLogged(request, ProposeReply.Outcome.NOT_TAKEN, "this member does not lead"));
            }
          });
    } catch (RejectedExecutionException e) {
      onReply.accept(notLogged(request, ProposeReply.Outcome.NOT_TAKEN, "this member is stopping"));
    }
  }

  private static ProposeReply notLogged(
      ProposeRequest request, ProposeReply.Outcome outcome, String why) {
    return ProposeReply.newBuilder()
        .setCall(request.getCall())
        .setOutcome(outcome)
        .setMessage(why)
        .build();
  }

  private void failAll() {
    for (Proposal proposal : open) {
      fail(
          proposal,
          proposal.mayBeLogged()
              ? new ProposalException(
                  ProposalException.Kind.INDETERMINATE,
                  "this node is stopping; it may still be committed")
              : stopping());
    }
  }

  /** Takes no more, and fails what is open. */
  @Override
  public void close() {
    closed = true;
    handover.shutdown();
    failAll();
  }
}
