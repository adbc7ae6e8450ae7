package bindery.raft;

import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the engine tells, passed on to whom it concerns. On the engine's threads. */
final class EngineEvents implements BindingStateMachine.Listener {
  private final BindingStore store;
  private final CatchUp catchUp;
  private final KnownMembers known;
  private final Fatal fatal;
  private final LongAdder leaderChanges = new LongAdder();
  private volatile @Nullable Proposals proposals;
  private volatile @Nullable Housekeeping housekeeping;

  EngineEvents(BindingStore store, CatchUp catchUp, KnownMembers known, Fatal fatal) {
    this.store = store;
    this.catchUp = catchUp;
    this.known = known;
    this.fatal = fatal;
  }

  /** From now on these hear of what concerns them. */
  void concern(Proposals ownProposals, Housekeeping ownHousekeeping) {
    proposals = ownProposals;
    housekeeping = ownHousekeeping;
  }

  @Override
  public void onLeading() {
    Housekeeping own = housekeeping;
    if (own != null) {
      own.beatNow();
    }
    tellProposals();
  }

  @Override
  public void onLeaderChanged() {
    leaderChanges.increment();
    tellProposals();
  }

  /** How often the engine told of another leader. */
  long leaderChanges() {
    return leaderChanges.sum();
  }

  private void tellProposals() {
    Proposals own = proposals;
    if (own != null) {
      own.leaderChanged();
    }
  }

  @Override
  public void onShutdown() {
    Housekeeping own = housekeeping;
    if (own != null) {
      own.beatNow();
    }
  }

  @Override
  public void onMembers(Set<String> names) {
    try {
      known.retain(names);
    } catch (IOException e) {
      fatal.report("cannot write who the members are", e);
    }
  }

  @Override
  public CompletableFuture<AppliedIndex> onBehindLog(String leader, long indexMin) {
    return catchUp.fetchFrom(leader, indexMin);
  }

  @Override
  public void onInstall() throws IOException {
    catchUp.install(store);
  }
}
