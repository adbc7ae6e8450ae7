package bindery.raft;

import bindery.peer.v1.Progress;
import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.ratis.server.protocol.TermIndex;
import org.jspecify.annotations.Nullable;

/** How far this node has come, for the other members, from its first moment on. Any thread. */
final class Standpoint implements Supplier<Progress> {
  private final int levelSupported;
  private final BooleanSupplier isUnfit;
  private volatile @Nullable BindingStore store;
  private volatile @Nullable Engine engine;
  private volatile @Nullable CatchUp catchUp;

  /**
   * Of a node whose program knows the rules up to that level.
   *
   * @param isUnfit whether it had better not lead
   */
  Standpoint(int levelSupported, BooleanSupplier isUnfit) {
    this.levelSupported = levelSupported;
    this.isUnfit = isUnfit;
  }

  /** From now on the rows count. */
  void opened(BindingStore rows, CatchUp fetching) {
    store = rows;
    catchUp = fetching;
  }

  /** From now on the log counts. */
  void started(Engine running) {
    engine = running;
  }

  @Override
  public Progress get() {
    BindingStore rows = store;
    Engine running = engine;
    CatchUp fetching = catchUp;
    AppliedIndex applied = rows == null ? AppliedIndex.NONE : rows.applied();
    Progress.Builder progress =
        Progress.newBuilder()
            .setAppliedTerm(applied.term())
            .setAppliedIndex(applied.index())
            .setCommittedIndex(-1)
            .setLogStartIndex(-1)
            .setLevelSupported(levelSupported)
            .setUnfitToLead(isUnfit.getAsBoolean())
            .setCatchingUp(fetching == null || fetching.isUnderWay());
    if (running != null && running.isRunning()) {
      progress
          .setCommittedIndex(running.log().getLastCommittedIndex())
          .setLogStartIndex(running.log().getStartIndex());
      TermIndex last = running.log().getLastEntryTermIndex();
      if (last != null) { // null while there is no entry
        progress.setLastTerm(last.getTerm()).setLastIndex(last.getIndex());
      }
    }
    return progress.build();
  }
}
