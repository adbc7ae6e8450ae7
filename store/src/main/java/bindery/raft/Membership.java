package bindery.raft;

import bindery.model.DaemonThreads;
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
  private static final Duration HEARD_MAX = Duration.ofSeconds(5);
  private static final Duration SILENT_MAX = Duration.ofSeconds(30);
  private static final Duration NEAR_MAX = Duration.ofMinutes(CHANGE_MINUTES_MAX);
  private static final long LOOK_MILLIS = 200;

  private final Engine engine;
  private final Admission admission;
  private final MemberExchange exchange;
  private final String node;
  private final HandOver handOver;
  private final PeerSecurity security;
  private final AtomicBoolean isUnderWay = new AtomicBoolean();
  private final ExecutorService worker;

  /** On a node that may lead. */
  Membership(
      Engine engine,
      Admission admission,
      MemberExchange exchange,
      HandOver handOver,
      PeerSecurity security,
      String node) {
    this.engine = engine;
    this.admission = admission;
    this.exchange = exchange;
    this.node = node;
    this.handOver = handOver;
    this.security = security;
    this.worker = Executors.newSingleThreadExecutor(new DaemonThreads("raft-members-" + node));
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
    } catch (ChangeRefusedException e) {
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
      throws ChangeRefusedException,
          IOException,
          ExecutionException,
          TimeoutException,
          InterruptedException {
    switch (request.getChangeCase()) {
      case ADD -> add(request.getAdd());
      case PROMOTE -> promote(request.getPromote(), Optional.empty());
      case REMOVE -> remove(request.getRemove());
      case REPLACE -> replace(request.getReplace());
      case MOVE_LEADER -> moveLeader(request.getMoveLeader());
      case CHANGE_NOT_SET ->
          throw new ChangeRefusedException("a change that this node's program does not know");
    }
  }

  private Member find(String name) throws ChangeRefusedException {
    List<Member> members = engine.members();
    return members.stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ChangeRefusedException(
                    "no member " + name + " (expected one of " + names(members) + ")"));
  }

  private static List<String> names(List<Member> members) {
    return members.stream().map(Member::name).toList();
  }

  private void add(Newcomer newcomer)
      throws ChangeRefusedException,
          IOException,
          ExecutionException,
          TimeoutException,
          InterruptedException {
    List<Member> before = engine.members();
    for (Member member : before) {
      if (member.name().equals(newcomer.getName())
          || member.address().equals(newcomer.getAddress())) {
        throw new ChangeRefusedException(
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
      new Invitation(admission, security, newcomer).send();
      List<Member> now = new ArrayList<>(before);
      now.add(new Member(newcomer.getName(), newcomer.getAddress(), true));
      set(before, now);
    } finally {
      admission.expectNoMore(newcomer.getName(), Set.copyOf(names(engine.members())));
    }
  }

  private void set(List<Member> before, List<Member> now)
      throws ExecutionException, TimeoutException, InterruptedException {
    var unused = engine.setMembers(before, now).get(CHANGE_MINUTES_MAX, TimeUnit.MINUTES);
  }

  private void promote(String name, Optional<String> inPlaceOf)
      throws ChangeRefusedException, ExecutionException, TimeoutException, InterruptedException {
    Member learner = find(name);
    if (!learner.isLearner()) {
      throw new ChangeRefusedException(name + " votes already (expected a learner)");
    }
    if (!isNear(name)) {
      throw new ChangeRefusedException(
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
    return isHeardSince(name, System.nanoTime() - HEARD_MAX.toNanos())
        && exchange.heard(name).filter(heard -> heard.isNear(committed)).isPresent();
  }

  // What was heard a while ago proves nothing: each is waited for until it has spoken again.
  private void checkMajority(List<Member> now) throws ChangeRefusedException, InterruptedException {
    List<String> voters = names(now.stream().filter(member -> !member.isLearner()).toList());
    long begunNanos = System.nanoTime();
    List<String> silent = voters;
    while (!silent.isEmpty() && System.nanoTime() - begunNanos < HEARD_MAX.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      silent = voters.stream().filter(voter -> !isHeardSince(voter, begunNanos)).toList();
    }
    if (voters.size() - silent.size() < voters.size() / 2 + 1) {
      throw new ChangeRefusedException(
          "of the voters "
              + voters
              + " that would be left, "
              + silent
              + " say nothing: the cluster would stand still (expected a majority of them up)");
    }
  }

  private boolean isHeardSince(String name, long nanos) {
    return name.equals(node) || exchange.isHeardSince(name, nanos);
  }

  private void remove(String name)
      throws ChangeRefusedException, ExecutionException, TimeoutException, InterruptedException {
    Member member = find(name);
    checkDoesNotLead(name);
    List<Member> before = engine.members();
    List<Member> now = new ArrayList<>(before);
    now.remove(member);
    checkMajority(now);
    set(before, now);
  }

  private void checkDoesNotLead(String name) throws ChangeRefusedException {
    if (name.equals(node)) {
      throw new ChangeRefusedException(
          name + " leads: have another one lead first (bindery move-leader)");
    }
  }

  private void replace(Replacement replacement)
      throws ChangeRefusedException,
          IOException,
          ExecutionException,
          TimeoutException,
          InterruptedException {
    String old = replacement.getName();
    Newcomer newcomer = replacement.getNewcomer();
    boolean isThere = // by an earlier try
        engine.members().stream()
            .anyMatch(new Member(newcomer.getName(), newcomer.getAddress(), true)::equals);
    if (isThere && engine.members().stream().noneMatch(member -> member.name().equals(old))) {
      awaitNear(newcomer.getName());
      promote(newcomer.getName(), Optional.empty());
      return;
    }
    Member gone = find(old);
    if (gone.isLearner()) {
      throw new ChangeRefusedException(
          old + " does not vote (expected a voter; remove a learner, and add another)");
    }
    checkDoesNotLead(old);
    if (gone.address().equals(newcomer.getAddress())) {
      replaceInPlace(old, newcomer);
      return;
    }
    if (!isThere) {
      add(newcomer);
    }
    awaitNear(newcomer.getName());
    promote(newcomer.getName(), Optional.of(old));
  }

  // A machine that got a new disk. What is sent to the old member arrives at the new one, so the
  // old one goes first; with one that is gone anyway as many have to be up afterwards as before.
  private void replaceInPlace(String old, Newcomer newcomer)
      throws ChangeRefusedException,
          IOException,
          ExecutionException,
          TimeoutException,
          InterruptedException {
    new Invitation(admission, security, newcomer).checkIsThere();
    remove(old);
    try {
      add(newcomer);
      awaitNear(newcomer.getName());
      promote(newcomer.getName(), Optional.empty());
    } catch (ChangeRefusedException e) {
      throw new ChangeRefusedException(
          old + " is removed, and " + e.getMessage() + " (bindery member add, then promote)");
    }
  }

  private void awaitNear(String name) throws ChangeRefusedException, InterruptedException {
    long begunNanos = System.nanoTime();
    while (!isNear(name)) {
      long now = System.nanoTime();
      if (!engine.isLeaderReady() || now - begunNanos > NEAR_MAX.toNanos()) {
        throw new ChangeRefusedException(
            name + " is a learner now and not near the end of the log yet: ask again later");
      }
      if (now - begunNanos > SILENT_MAX.toNanos()
          && !isHeardSince(name, now - SILENT_MAX.toNanos())) {
        throw new ChangeRefusedException(
            name
                + " is a learner now and has said nothing for "
                + SILENT_MAX.toSeconds()
                + " s: see to it that it runs, and ask again");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private void moveLeader(String wanted)
      throws ChangeRefusedException, ExecutionException, TimeoutException, InterruptedException {
    handOver.to(wanted.isEmpty() ? wanted : find(wanted).name());
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
