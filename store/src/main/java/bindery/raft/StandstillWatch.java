package bindery.raft;

import bindery.peer.v1.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
 * that wanders helps nobody whose disk is merely slow; after an hour without a case patience is
 * what it was at first. One thread.
 */
final class StandstillWatch {
  private static final Logger LOG = LoggerFactory.getLogger(StandstillWatch.class);
  private static final Duration PATIENCE_MIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE_MAX = Duration.ofMinutes(10);
  private static final Duration OWN_PATIENCE = Duration.ofMinutes(2);
  private static final Duration SILENCE_MAX = Duration.ofSeconds(5);
  private static final Duration QUIET = Duration.ofHours(1);

  private final Function<String, Optional<MemberExchange.Heard>> members;
  private final Map<String, Standing> standing = new HashMap<>();
  private final Duration patienceAtFirst;
  private Duration patience;
  private long stuckNanos;
  private @Nullable Standing own;

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
    patienceAtFirst = ten.compareTo(PATIENCE_MIN) > 0 ? ten : PATIENCE_MIN;
    patience = patienceAtFirst;
  }

  /**
   * Looks at the members once.
   *
   * @param committed the leader's commit index
   * @return who should lead instead of this node: of those near it that move, the one that has
   *     applied most; empty if this node should go on, or nobody else can
   */
  Optional<String> look(Iterable<String> others, long committed, long nowNanos) {
    boolean stuck = false;
    String successor = null;
    long successorApplied = -1;
    for (String other : others) {
      Optional<MemberExchange.Heard> heard = members.apply(other);
      if (heard.isEmpty() || nowNanos - heard.get().nanos() > SILENCE_MAX.toNanos()) {
        standing.remove(other);
        continue;
      }
      Progress progress = heard.get().progress();
      long applied = progress.getAppliedIndex();
      Standing before = standing.get(other);
      if (before == null || before.applied() != applied || !isBehind(progress, committed)) {
        standing.put(other, new Standing(applied, nowNanos));
        // While leadership is handed over nothing is taken, so only to one that is as good as
        // there.
        if (heard.get().isFitToLead(committed) && applied > successorApplied) {
          successor = other;
          successorApplied = applied;
        }
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
    if (!stuck) {
      if (nowNanos - stuckNanos > QUIET.toNanos()) {
        patience = patienceAtFirst;
      }
      return Optional.empty();
    }
    stuckNanos = nowNanos;
    standing.clear();
    Duration doubled = patience.multipliedBy(2);
    patience = doubled.compareTo(PATIENCE_MAX) > 0 ? PATIENCE_MAX : doubled;
    return Optional.ofNullable(successor);
  }

  private static boolean isBehind(Progress progress, long committed) {
    return !progress.getCatchingUp() && progress.getAppliedIndex() < committed;
  }

  /**
   * Looks at this node itself, which is to be started anew if it has stood still for two minutes
   * behind what another member has committed: an engine that failed to append one entry appends
   * none after it.
   *
   * @return whether that is so
   */
  boolean isStuck(Iterable<String> others, long applied, boolean catchingUp, long nowNanos) {
    boolean behind = false;
    for (String other : others) {
      Optional<MemberExchange.Heard> heard = members.apply(other);
      behind |=
          heard.isPresent()
              && nowNanos - heard.get().nanos() <= SILENCE_MAX.toNanos()
              && heard.get().progress().getCommittedIndex() > applied;
    }
    if (!behind || catchingUp || own == null || own.applied() != applied) {
      own = new Standing(applied, nowNanos);
    }
    return nowNanos - own.sinceNanos() > OWN_PATIENCE.toNanos();
  }

  /** Forgets what was seen: this node does not lead. */
  void reset() {
    standing.clear();
  }
}
