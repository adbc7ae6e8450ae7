package bindery.raft;

import bindery.peer.v1.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On the leader: notices a member that lives, is behind, and does not move, and has another node
 * lead.
 *
 * <p>The engine has states in which leader and follower send each other the same refusal for ever;
 * new entries do not end them, another leader, which starts with no opinion of the follower, does.
 * So a member whose applied index stands still behind what the leader has committed makes the
 * leader step down, if it stays so for ten election time-outs (10 s at least); not while it is
 * fetching a copy, and with twice the patience after each time, up to ten minutes, since leadership
 * that wanders helps nobody whose disk is merely slow. One thread.
 */
final class StandstillWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StandstillWatch.class);
  private static final Duration PATIENCE_MIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE_MAX = Duration.ofMinutes(10);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

  private final Function<String, Optional<MemberExchange.Heard>> members;
  private final Map<String, Standing> standing = new HashMap<>();
  private Duration patience;

  /** A member's applied index and since when it is that. */
  private record Standing(long applied, long sinceNanos) {}

  /**
   * Patient for ten election time-outs at first.
   *
   * @param members what a member of that name said last
   */
  StandstillWatch(
      Function<String, Optional<MemberExchange.Heard>> members, Duration electionTimeout) {
    this.members = members;
    Duration ten = electionTimeout.multipliedBy(10);
    patience = ten.compareTo(PATIENCE_MIN) > 0 ? ten : PATIENCE_MIN;
  }

  /**
   * Looks at the members once.
   *
   * @param committed the leader's commit index
   * @return whether this node should lead no more
   */
  boolean look(Iterable<String> others, long committed, long nowNanos) {
    boolean stuck = false;
    for (String other : others) {
      Optional<MemberExchange.Heard> heard = members.apply(other);
      if (heard.isEmpty()
          || nowNanos - heard.get().nanos() > SILENCE_MAX.toNanos()
          || !isBehind(heard.get().progress(), committed)) {
        standing.remove(other);
        continue;
      }
      long applied = heard.get().progress().getAppliedIndex();
      Standing before = standing.get(other);
      if (before == null || before.applied() != applied) {
        standing.put(other, new Standing(applied, nowNanos));
      } else if (nowNanos - before.sinceNanos() > patience.toNanos()) {
        LOG.warn(
            "event=member-stands-still {} has stood at entry {} for {} s while {} is committed:"
                + " another node shall lead",
            other,
            applied,
            patience.toSeconds(),
            committed);
        stuck = true;
      }
    }
    if (stuck) {
      standing.clear();
      Duration doubled = patience.multipliedBy(2);
      patience = doubled.compareTo(PATIENCE_MAX) > 0 ? PATIENCE_MAX : doubled;
    }
    return stuck;
  }

  private static boolean isBehind(Progress progress, long committed) {
    return !progress.getCatchingUp() && progress.getAppliedIndex() < committed;
  }

  /** Forgets what was seen: this node does not lead. */
  void reset() {
    standing.clear();
  }
}
