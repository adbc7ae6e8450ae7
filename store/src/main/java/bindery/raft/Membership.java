package bindery.raft;

import bindery.peer.v1.HelloReply.Verdict;
import bindery.peer.v1.InviteReply;
import bindery.peer.v1.InviteRequest;
import bindery.peer.v1.Newcomer;
import bindery.peer.v1.ReconfigureReply;
import bindery.peer.v1.ReconfigureReply.Outcome;
import bindery.peer.v1.ReconfigureRequest;
import bindery.peer.v1.Replacement;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes who the members are, and who leads, on the node that leads: one change at a time, each
 * only if the cluster can go on with it.
 *
 * <p>A newcomer first takes the log without a vote, as a learner. It votes once it is near the end
 * of the log, so that a majority never hangs on one that has still far to go. In the place of
 * another it comes in the same step as that one goes: at no moment do four members need three.
 *
 * <p>A change takes as long as a newcomer needs, at most {@value #CHANGE_MINUTES_MAX} min, on a
 * thread of its own. Any thread may ask.
 */
final class Membership implements AutoCloseable {
  /** The longest that one change may take. */
  static final long CHANGE_MINUTES_MAX = 60;

  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
  private static final Duration INVITE_MAX = Duration.ofSeconds(5);
  private static final Duration HEARD_MAX = Duration.ofSeconds(5);
  private static final Duration SILENT_MAX = Duration.ofSeconds(30);
  private static final Duration NEAR_MAX = Duration.ofMinutes(CHANGE_MINUTES_MAX);
  private static final Duration LEAVE_MAX = Duration.ofSeconds(5);
  private static final long LOOK_MILLIS = 200;

  private final Engine engine;
  private final Admission admission;
  private final MemberExchange exchange;
  private final String node;
  private final Duration leaveMax;
  private final AtomicBoolean isUnderWay = new AtomicBoolean();
  private final ExecutorService worker;

  /**
   * On a node that may lead.
   *
   * @param electionTimeout what the others wait for without a leader before they elect one
   */
  Membership(
      Engine engine,
      Admission admission,
      MemberExchange exchange,
      String node,
      Duration electionTimeout) {
    this.engine = engine;
    this.admission = admission;
    this.exchange = exchange;
    this.node = node;
    Duration election = electionTimeout.multipliedBy(2);
    this.leaveMax = election.compareTo(LEAVE_MAX) < 0 ? election : LEAVE_MAX;
    this.worker = Executors.newSingleThreadExecutor(new DaemonThreads("raft-members-" + node));
  }

  /** Nothing was changed, and why. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /** Does what is asked, if this node leads. */
  CompletableFuture<ReconfigureReply> perform(ReconfigureRequest request) {
    if (!engine.isLeaderReady()) {
      return CompletableFuture.completedFuture(
          reply(Outcome.NOT_LEADER, node + " does not lead, or not yet"));
    }
    if (!isUnderWay.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(
          reply(
              Outcome.REFUSED,
              "another change of members is under way (expected one at a time): ask again when it is done"));
    }
    CompletableFuture<ReconfigureReply> done = new CompletableFuture<>();
    try {
      worker.execute(
          () -> {
            ReconfigureReply reply = reply(Outcome.UNKNOWN, "the change failed");
            try {
              reply = attempt(request);
            } finally {
              isUnderWay.set(false);
              done.complete(reply);
            }
          });
    } catch (RejectedExecutionException e) {
      done.complete(reply(Outcome.NOT_LEADER, node + " is stopping"));
    }
    return done;
  }

  private ReconfigureReply attempt(ReconfigureRequest request) {
    try {
      change(request);
      LOG.info("event=members_changed {}", engine.members());
      return reply(Outcome.DONE, "");
    } catch (Refused e) {
      return reply(Outcome.REFUSED, String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      LOG.warn("event=members_unchanged {}", e.toString());
      return reply(Outcome.UNKNOWN, "the change failed: " + e.getCause());
    } catch (TimeoutException | IOException | RuntimeException e) {
      LOG.warn("event=members_unchanged {}", e.toString());
      return reply(Outcome.UNKNOWN, "the change failed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return reply(Outcome.UNKNOWN, "this node is stopping");
    }
  }

  /** What to answer. */
  static ReconfigureReply reply(Outcome outcome, String message) {
    return ReconfigureReply.newBuilder().setOutcome(outcome).setMessage(message).build();
  }

  private void change(ReconfigureRequest request)
      throws Refused, IOException, ExecutionException, TimeoutException, InterruptedException {
    switch (request.getChangeCase()) {
      case ADD -> add(request.getAdd());
      case PROMOTE -> promote(request.getPromote(), Optional.empty());
      case REMOVE -> remove(request.getRemove());
      case REPLACE -> replace(request.getReplace());
      case MOVE_LEADER -> moveLeader(request.getMoveLeader());
      case CHANGE_NOT_SET -> throw new Refused("a change that this node's program does not know");
    }
  }

  private Member find(String name) throws Refused {
    List<Member> members = engine.members();
    return members.stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new Refused("no member " + name + " (expected one of " + names(members) + ")"));
  }

  private static List<String> names(List<Member> members) {
    return members.stream().map(Member::name).toList();
  }

  private void add(Newcomer newcomer)
      throws Refused, IOException, ExecutionException, TimeoutException, InterruptedException {
    List<Member> before = engine.members();
    for (Member member : before) {
      if (member.name().equals(newcomer.getName())
          || member.address().equals(newcomer.getAddress())) {
        throw new Refused(
            newcomer.getName()
                + " at "
                + newcomer.getAddress()
                + ": "
                + member.name()
                + " at "
                + member.address()
                + " is a member already (expected a new name and an address of its own)");
      }
    }
    admission.expect(newcomer.getName());
    try {
      invite(newcomer);
      List<Member> now = new ArrayList<>(before);
      now.add(new Member(newcomer.getName(), newcomer.getAddress(), true));
      set(before, now);
    } finally {
      admission.expectNoMore(newcomer.getName(), Set.copyOf(names(engine.members())));
    }
  }

  private void invite(Newcomer newcomer) throws Refused, IOException, InterruptedException {
    InviteRequest request =
        InviteRequest.newBuilder()
            .setIdentity(admission.identity())
            .setNode(newcomer.getName())
            .build();
    InviteReply reply;
    try (PeerClient client = new PeerClient(newcomer.getAddress())) {
      reply =
          client.invite(request, INVITE_MAX).get(2 * INVITE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new Refused(
          newcomer.getName()
              + " does not answer at "
              + newcomer.getAddress()
              + " (expected it to run there, with an empty data folder and join: true): "
              + (e.getCause() == null ? e : e.getCause()).getMessage());
    }
    if (!reply.getRefusal().isEmpty()) {
      throw new Refused(reply.getRefusal());
    }
    if (admission.receive(reply.getIdentity()) != Verdict.WELCOME) {
      throw new Refused(
          newcomer.getName()
              + " has another data folder than the member of that name had: give it a new name");
    }
  }

  private void set(List<Member> before, List<Member> now)
      throws ExecutionException, TimeoutException, InterruptedException {
    var unused = engine.setMembers(before, now).get(CHANGE_MINUTES_MAX, TimeUnit.MINUTES);
  }

  private void promote(String name, Optional<String> inPlaceOf)
      throws Refused, ExecutionException, TimeoutException, InterruptedException {
    Member learner = find(name);
    if (!learner.isLearner()) {
      throw new Refused(name + " votes already (expected a learner)");
    }
    if (!isNear(name)) {
      throw new Refused(
          name
              + " is not near the end of the log, or was not heard of for "
              + HEARD_MAX.toSeconds()
              + " s: wait until bindery member list shows it there");
    }
    List<Member> before = engine.members();
    List<Member> now = new ArrayList<>(before);
    now.remove(learner);
    now.removeIf(member -> inPlaceOf.filter(member.name()::equals).isPresent());
    now.add(new Member(name, learner.address()));
    checkMajority(now);
    set(before, now);
  }

  private boolean isNear(String name) {
    long committed = engine.log().getLastCommittedIndex();
    return isHeardLately(name)
        && exchange.heard(name).filter(heard -> heard.isNear(committed)).isPresent();
  }

  private boolean isFitToLead(String name) {
    long committed = engine.log().getLastCommittedIndex();
    return isHeardLately(name)
        && exchange.heard(name).filter(heard -> heard.isFitToLead(committed)).isPresent();
  }

  private boolean isHeardLately(String name) {
    return isHeardSince(name, System.nanoTime() - HEARD_MAX.toNanos());
  }

  // What was heard a while ago proves nothing: each is waited for until it has spoken again.
  private void checkMajority(List<Member> now) throws Refused, InterruptedException {
    List<String> voters = names(now.stream().filter(member -> !member.isLearner()).toList());
    long begunNanos = System.nanoTime();
    List<String> silent = voters;
    while (!silent.isEmpty() && System.nanoTime() - begunNanos < HEARD_MAX.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      silent = voters.stream().filter(voter -> !isHeardSince(voter, begunNanos)).toList();
    }
    if (voters.size() - silent.size() < voters.size() / 2 + 1) {
      throw new Refused(
          "of the voters "
              + voters
              + " that would be left, "
              + silent
              + " say nothing: the cluster would stand still (expected a majority of them up)");
    }
  }

  private boolean isHeardSince(String name, long nanos) {
    return name.equals(node)
        || exchange.heard(name).filter(heard -> heard.nanos() - nanos >= 0).isPresent();
  }

  private void remove(String name)
      throws Refused, ExecutionException, TimeoutException, InterruptedException {
    Member member = find(name);
    checkDoesNotLead(name);
    List<Member> before = engine.members();
    List<Member> now = new ArrayList<>(before);
    now.remove(member);
    checkMajority(now);
    set(before, now);
  }

  private void checkDoesNotLead(String name) throws Refused {
    if (name.equals(node)) {
      throw new Refused(name + " leads: have another one lead first (bindery move-leader)");
    }
  }

  private void replace(Replacement replacement)
      throws Refused, IOException, ExecutionException, TimeoutException, InterruptedException {
    String old = replacement.getName();
    Newcomer newcomer = replacement.getNewcomer();
    if (find(old).isLearner()) {
      throw new Refused(
          old + " does not vote (expected a voter; remove a learner, and add another)");
    }
    checkDoesNotLead(old);
    boolean isThere =
        engine.members().stream()
            .anyMatch(new Member(newcomer.getName(), newcomer.getAddress(), true)::equals);
    if (!isThere) { // else an earlier try came so far
      add(newcomer);
    }
    awaitNear(newcomer.getName());
    promote(newcomer.getName(), Optional.of(old));
  }

  private void awaitNear(String name) throws Refused, InterruptedException {
    long begunNanos = System.nanoTime();
    while (!isNear(name)) {
      long now = System.nanoTime();
      if (!engine.isLeaderReady() || now - begunNanos > NEAR_MAX.toNanos()) {
        throw new Refused(
            name + " is a learner now and not near the end of the log yet: ask again later");
      }
      if (now - begunNanos > SILENT_MAX.toNanos()
          && !isHeardSince(name, now - SILENT_MAX.toNanos())) {
        throw new Refused(
            name
                + " is a learner now and has said nothing for "
                + SILENT_MAX.toSeconds()
                + " s: see to it that it runs, and ask again");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private void moveLeader(String wanted)
      throws Refused, ExecutionException, TimeoutException, InterruptedException {
    String successor = wanted.isEmpty() ? best() : find(wanted).name();
    if (successor.equals(node)) {
      return;
    }
    if (find(successor).isLearner() || !isNear(successor)) {
      throw new Refused(
          successor + " cannot lead (expected a voter that is up and near the end of the log)");
    }
    var unused = engine.handOver(successor).get(CHANGE_MINUTES_MAX, TimeUnit.MINUTES);
  }

  private String best() throws Refused {
    String best = "";
    long most = -1;
    for (Member member : engine.members()) {
      String name = member.name();
      if (!member.isLearner() && !name.equals(node) && isFitToLead(name)) {
        long applied = exchange.heard(name).orElseThrow().progress().getAppliedIndex();
        if (applied > most) {
          most = applied;
          best = name;
        }
      }
    }
    if (best.isEmpty()) {
      throw new Refused(
          "no other voter is up, near the end of the log, and on a disk that is neither slow nor"
              + " full: bindery status shows of each what is wrong");
    }
    return best;
  }

  /**
   * Has another voter lead instead of this node, which is about to stop, so that the others need
   * not miss a leader before they elect one. Best effort: waits for no longer than they would need
   * without it, 5 s at most. Blocks.
   */
  void leave() {
    try {
      if (engine.isLeader() && engine.members().size() > 1) {
        String successor = best();
        var unused =
            engine.handOver(successor, leaveMax).get(leaveMax.toMillis(), TimeUnit.MILLISECONDS);
        LOG.info("event=leadership_handed_over {} leads instead of {}", successor, node);
      }
    } catch (Refused | ExecutionException | TimeoutException | RuntimeException e) {
      LOG.warn("event=leadership_left {} stops while it leads: {}", node, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
