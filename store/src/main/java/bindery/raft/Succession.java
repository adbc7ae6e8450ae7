package bindery.raft;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whom a leader hands over to that had better not lead: of the other voters that are up, near the
 * end of the log and fit, the one that has applied most. At most once a minute, and only if they
 * are a majority without this node: else each entry would wait for this node's disk all the same,
 * whoever leads. One thread.
 */
final class Succession {
  private static final Duration SILENCE_MAX = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Function<String, Optional<MemberExchange.Heard>> members;
  private @Nullable Long namedNanos;

  /**
   * Of a node that may come to lead.
   *
   * @param members what a member of that name said last
   */
  Succession(Function<String, Optional<MemberExchange.Heard>> members) {
    this.members = members;
  }

  /**
   * Names the successor.
   *
   * @param others the other voters
   * @param committed the leader's commit index
   * @return empty if there is none, or one was named within the last minute
   */
  Optional<String> name(Collection<String> others, long committed, long nowNanos) {
    Long named = namedNanos;
    if (named != null && nowNanos - named < PAUSE.toNanos()) {
      return Optional.empty();
    }
    String best = null;
    long most = -1;
    int fit = 0;
    for (String other : others) {
      Optional<MemberExchange.Heard> heard = members.apply(other);
      if (heard.isPresent()
          && nowNanos - heard.get().nanos() <= SILENCE_MAX.toNanos()
          && heard.get().isFitToLead(committed)) {
        fit++;
        if (heard.get().progress().getAppliedIndex() > most) {
          most = heard.get().progress().getAppliedIndex();
          best = other;
        }
      }
    }
    int voters = others.size() + 1;
    if (fit <= voters / 2) {
      return Optional.empty();
    }
    namedNanos = nowNanos;
    return Optional.ofNullable(best);
  }
}
