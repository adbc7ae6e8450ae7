package bindery.store;

import bindery.log.v1.Lease;
import bindery.model.Duid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node sees of the sources while it applies their entries, for its operator. It decides no
 * row and stands in none: a node that was started, or has installed a copy, begins anew.
 *
 * <p>Costs an exchange one lock that is hardly ever contended and a few sums. Memory is bounded:
 * the {@value #SOURCES_MAX} sources that told something last, and what {@link SourceTally} and
 * {@link Takeovers} keep. The writer's thread tells, any thread asks.
 */
final class Observations {
  private static final int SOURCES_MAX = 1_000;
  private static final int NO_SOURCE = 0;

  // Guarded by this. By id, the one that told something last at the end.
  private final Map<Integer, SourceTally> sources = new LinkedHashMap<>(16, 0.75f, true);
  private final Takeovers takeovers = new Takeovers();

  private SourceTally tally(int source) {
    SourceTally tally = sources.get(source);
    if (tally == null) {
      if (sources.size() >= SOURCES_MAX) {
        sources.remove(sources.keySet().iterator().next());
      }
      tally = new SourceTally();
      sources.put(source, tally);
    }
    return tally;
  }

  /**
   * An exchange that is about to be carried out.
   *
   * @param steps its leases, judged
   * @param now cluster time, seconds since 2000
   */
  synchronized void exchange(
      ToldExchange told, LinkHint hint, List<LeaseStep> steps, Teller teller, long now) {
    SourceTally tally = null;
    for (LeaseStep step : steps) {
      if (step.told.operation() == Lease.Operation.PUT) {
        if (tally == null) {
          tally = tally(teller.source());
          tally.put(told.relayed(), !told.relayIds().isEmpty());
        }
        if (step.link == LinkDecider.NO_LINK) {
          tally.unlinked(hint, step.told.key(), now);
        }
        int from = step.applies ? takenFrom(told.client(), step, teller, now) : NO_SOURCE;
        if (from != NO_SOURCE) {
          tally.takeover();
          takeovers.add(step.told.key(), from, teller.source(), now);
        }
      }
    }
  }

  /** Which other source held the lease live for another client, until this put. */
  private static int takenFrom(@Nullable Duid client, LeaseStep step, Teller teller, long now) {
    LeaseRecord held = step.held;
    BindingRecord holder = step.holder;
    if (held == null
        || holder == null
        || held.holders().isEmpty()
        || holder.client().equals(client)
        || !held.isLive(now)) {
      return NO_SOURCE;
    }
    for (Holder source : held.holders()) {
      if (source.source() == teller.source()) {
        return NO_SOURCE;
      }
    }
    return held.holders().get(0).source();
  }

  /** A batch of the source told its clock, so far from cluster time. */
  synchronized void clock(int source, long skewMillis) {
    tally(source).clock(skewMillis);
  }

  /**
   * What was seen of a source.
   *
   * @param links what a hint leads to now
   * @param now cluster time, seconds since 2000
   */
  synchronized SourceObservation of(int source, LinkDecider links, long now) {
    SourceTally tally = sources.get(source);
    return (tally == null ? new SourceTally() : tally).observation(links, now);
  }

  /** The leases that are fought over at that cluster time, seconds since 2000. */
  synchronized List<LeaseFight> fights(long now) {
    return takeovers.fights(now);
  }
}
