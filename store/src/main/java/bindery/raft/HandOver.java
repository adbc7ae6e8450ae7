package bindery.raft;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has another voter lead instead of this node, which leads. Blocks; any thread. */
final class HandOver {
  private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
  private static final Duration HEARD_MAX = Duration.ofSeconds(5);
  private static final Duration LEAVE_MAX = Duration.ofSeconds(5);
  private static final Duration DONE_MAX = Duration.ofMinutes(1);

  private final Engine engine;
  private final MemberExchange exchange;
  private final String node;
  private final Duration leaveMax;

  /**
   * Of the node of that name.
   *
   * @param electionTimeout what the others wait for without a leader before they elect one
   */
  HandOver(Engine engine, MemberExchange exchange, String node, Duration electionTimeout) {
    this.engine = engine;
    this.exchange = exchange;
    this.node = node;
    Duration election = electionTimeout.multipliedBy(2);
    this.leaveMax = election.compareTo(LEAVE_MAX) < 0 ? election : LEAVE_MAX;
  }

  /**
   * Has a voter lead.
   *
   * @param wanted its name; empty for the one that is nearest to the end of the log. Nothing
   *     happens if it is this node
   * @throws ChangeRefusedException if there is none of that name, or it cannot lead
   */
  void to(String wanted)
      throws ChangeRefusedException, ExecutionException, TimeoutException, InterruptedException {
    String successor = wanted.isEmpty() ? best() : wanted;
    if (successor.equals(node)) {
      return;
    }
    if (!isVoter(successor) || !isHeard(successor) || !heard(successor).isNear(committed())) {
      throw new ChangeRefusedException(
          successor + " cannot lead (expected a voter that is up and near the end of the log)");
    }
    var unused = engine.handOver(successor).get(DONE_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The same for whoever is best, as this node is about to stop, so that the others need not miss a
   * leader before they elect one. Best effort, for no longer than they would need without it, 5 s
   * at most.
   */
  void leave() {
    try {
      if (engine.isLeader() && engine.members().size() > 1) {
        String successor = best();
        var unused =
            engine.handOver(successor, leaveMax).get(leaveMax.toMillis(), TimeUnit.MILLISECONDS);
        LOG.info("event=leadership_handed_over {} leads instead of {}", successor, node);
      }
    } catch (ChangeRefusedException | ExecutionException | TimeoutException | RuntimeException e) {
      LOG.warn("event=leadership_left {} stops while it leads: {}", node, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String best() throws ChangeRefusedException {
    String best = "";
    long most = 0;
    StringBuilder obstacles = new StringBuilder();
    for (Member member : engine.members()) {
      String name = member.name();
      if (member.isLearner() || name.equals(node)) {
        continue;
      }
      String obstacle = obstacle(name);
      if (!obstacle.isEmpty()) {
        obstacles.append(obstacles.isEmpty() ? "" : ", ").append(name).append(obstacle);
      } else if (best.isEmpty() || heard(name).progress().getAppliedIndex() > most) {
        most = heard(name).progress().getAppliedIndex();
        best = name;
      }
    }
    if (best.isEmpty()) {
      throw new ChangeRefusedException(
          "no other voter can lead: " + (obstacles.isEmpty() ? "there is none" : obstacles));
    }
    return best;
  }

  // Why it had better not lead; empty if it may.
  private String obstacle(String name) {
    if (!isHeard(name)) {
      return " has said nothing for " + HEARD_MAX.toSeconds() + " s";
    }
    MemberExchange.Heard heard = heard(name);
    if (!heard.isNear(committed())) {
      return " has applied "
          + heard.progress().getAppliedIndex()
          + " of "
          + committed()
          + (heard.progress().getCatchingUp() ? " and fetches a copy" : "");
    }
    return heard.isFitToLead(committed()) ? "" : " has a disk that is slow or full";
  }

  private long committed() {
    return engine.log().getLastCommittedIndex();
  }

  private boolean isVoter(String name) {
    return engine.members().stream()
        .anyMatch(member -> member.name().equals(name) && !member.isLearner());
  }

  private boolean isHeard(String name) {
    return exchange.isHeardSince(name, System.nanoTime() - HEARD_MAX.toNanos());
  }

  private MemberExchange.Heard heard(String name) {
    return exchange.heard(name).orElseThrow();
  }
}
