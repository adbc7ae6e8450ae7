package bindery.feed;

import bindery.log.v1.ApplyResult;
import bindery.log.v1.Command;
import bindery.log.v1.Group;
import bindery.log.v1.GroupResult;
import bindery.log.v1.Item;
import bindery.log.v1.ItemResult;
import bindery.log.v1.OpenResult;
import bindery.log.v1.OpenSession;
import bindery.log.v1.Refusal;
import bindery.log.v1.Result;
import bindery.raft.ProposalException;
import bindery.v1.RejectReason;
import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A log of one member in memory that keeps the rules of order (fencing, gaps, once) and nothing
 * else, can hold entries back, and fails on demand. An exchange of link {@code nowhere} is
 * rejected, one of link {@code old} is stale.
 */
final class FakeLog implements Proposals {
  /** How an entry fails. */
  record Fault(ProposalException.Kind kind, boolean applied) {}

  private record Held(Command command, CompletableFuture<Result> result) {}

  private static final class Numbering {
    long epoch;
    long session;
    long last;
  }

  private final Map<String, Numbering> feeders = new HashMap<>();
  private final Map<String, List<Item>> applied = new HashMap<>();
  private final List<Command> entries = new ArrayList<>();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final Deque<Held> held = new ArrayDeque<>();
  private boolean holding;
  private long revision;
  private long sessions;
  private ByteString incarnation = ByteString.copyFrom(new byte[16]);

  @Override
  public CompletableFuture<Result> propose(Command command) {
    Held proposed = new Held(command, new CompletableFuture<>());
    synchronized (this) {
      if (command.hasApply()) {
        entries.add(command);
        if (holding) {
          held.add(proposed);
          return proposed.result();
        }
      }
    }
    perform(proposed);
    return proposed.result();
  }

  private void perform(Held proposed) {
    Result result = null;
    Fault fault;
    synchronized (this) {
      fault = proposed.command().hasApply() ? faults.poll() : null;
      if (fault == null || fault.applied()) {
        result = apply(proposed.command());
      }
    }
    if (fault != null) {
      proposed
          .result()
          .completeExceptionally(new ProposalException(fault.kind(), "a test's fault"));
    } else {
      proposed.result().complete(result);
    }
  }

  private Result apply(Command command) {
    revision++;
    Result.Builder result = Result.newBuilder().setRevision(revision);
    if (command.hasOpenSession()) {
      open(command.getOpenSession(), result);
    } else {
      ApplyResult.Builder groups = ApplyResult.newBuilder();
      command.getApply().getGroupsList().forEach(group -> groups.addGroups(apply(group)));
      result.setApply(groups);
    }
    return result.build();
  }

  private void open(OpenSession open, Result.Builder result) {
    String name = open.getSource() + "/" + open.getFeeder();
    Numbering held = feeders.computeIfAbsent(name, n -> new Numbering());
    if (open.getEpoch() < held.epoch) {
      result.setRefusal(Refusal.newBuilder().setCode(Refusal.Code.FENCED).setHeldEpoch(held.epoch));
      return;
    }
    if (open.getEpoch() > held.epoch) {
      held.epoch = open.getEpoch();
      held.last = 0;
    }
    held.session = ++sessions;
    result.setOpen(
        OpenResult.newBuilder()
            .setSession(held.session)
            .setLastSequence(held.last)
            .setIncarnation(incarnation));
  }

  private GroupResult apply(Group group) {
    String name = group.getSource() + "/" + group.getFeeder();
    Numbering held = feeders.computeIfAbsent(name, n -> new Numbering());
    GroupResult.Builder result = GroupResult.newBuilder();
    if (group.getSession() != held.session) {
      return result
          .setRefusal(Refusal.newBuilder().setCode(Refusal.Code.FENCED).setHeldEpoch(held.epoch))
          .build();
    }
    if (group.getFirstSequence() > held.last + 1) {
      return result.setRefusal(Refusal.newBuilder().setCode(Refusal.Code.GAP)).build();
    }
    for (int i = 0; i < group.getItemsCount(); i++) {
      Item item = group.getItems(i);
      if (group.getFirstSequence() + i <= held.last) {
        result.addItems(
            ItemResult.newBuilder().setIndex(i).setOutcome(ItemResult.Outcome.SEEN_BEFORE));
        continue;
      }
      held.last = group.getFirstSequence() + i;
      applied.computeIfAbsent(name, n -> new ArrayList<>()).add(item);
      switch (item.getExchange().getLink()) {
        case "nowhere" ->
            result.addItems(
                ItemResult.newBuilder()
                    .setIndex(i)
                    .setOutcome(ItemResult.Outcome.REJECTED)
                    .setReason(RejectReason.UNKNOWN_LINK_VALUE)
                    .setMessage("no link nowhere"));
        case "old" ->
            result.addItems(
                ItemResult.newBuilder()
                    .setIndex(i)
                    .setOutcome(ItemResult.Outcome.STALE)
                    .addStaleLeases(0));
        default -> {}
      }
    }
    return result.setLastSequence(held.last).build();
  }

  /** Holds entries with items back from now on. */
  synchronized void hold() {
    holding = true;
  }

  /** Lets everything held go, in order, and holds no more. */
  void release() {
    synchronized (this) {
      holding = false;
    }
    for (Held next = next(); next != null; next = next()) {
      perform(next);
    }
  }

  private synchronized @Nullable Held next() {
    return held.poll();
  }

  /** Fails the next entries with items, one each. */
  synchronized void fail(Fault... next) {
    faults.addAll(List.of(next));
  }

  /** Gives the cluster another incarnation, and forgets all numbering. */
  synchronized void restore() {
    incarnation = ByteString.copyFrom(new byte[15]).concat(ByteString.copyFrom(new byte[] {1}));
    feeders.clear();
  }

  /** What was applied of a feeder, in order. */
  synchronized List<Item> applied(String sourceAndFeeder) {
    return List.copyOf(applied.getOrDefault(sourceAndFeeder, List.of()));
  }

  /** The entries with items that were proposed. */
  synchronized List<Command> entries() {
    return List.copyOf(entries);
  }

  synchronized int heldEntries() {
    return held.size();
  }

  /** How many sessions were opened. */
  synchronized long sessions() {
    return sessions;
  }
}
