package bindery.raft;

import bindery.store.AppliedIndex;
import bindery.store.BindingStore;
import bindery.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rows and log of a node together before its engine is built, which by itself would stay
 * silent and deaf for ever if the log begins behind the rows' end.
 *
 * <p>With {@code rows} the last entry applied on disk and {@code first..last} the log's entries:
 *
 * <ul>
 *   <li>{@code rows} within {@code first - 1 .. last}: the log is replayed from there; unless the
 *       rows are a copy and the log has that entry of another term: what this node was told then
 *       was never committed, nor what follows it, so the log is dropped;
 *   <li>{@code rows < first - 1}, or no rows: a copy is fetched from another member;
 *   <li>{@code rows > last} by a copy: every entry of the log is decided otherwise or held by the
 *       rows, so the log is dropped, while term and vote stay; without one the log has lost its
 *       end, and the node refuses to start;
 *   <li>no log at all while term and vote are there, and a copy was to take the rows' place: the
 *       engine lets go of the log before the rows are in place, so the copy is fetched again if it
 *       is not;
 *   <li>no log at all otherwise, though entries were applied here once: the log is lost, with what
 *       was acknowledged in it, and the node refuses to start.
 * </ul>
 *
 * @param store open
 * @param logHoldsApplied whether the log still holds the entry applied last
 */
record RowsAtStart(BindingStore store, boolean logHoldsApplied) {
  private static final Logger LOG = LoggerFactory.getLogger(RowsAtStart.class);

  /**
   * Opens the store, fetching a copy first where one is needed.
   *
   * @throws IOException if the log is lost, a copy is needed and no member has one, or the disk
   *     fails
   * @throws bindery.store.StoreException if the rows cannot be read
   */
  static RowsAtStart open(DataFolder folder, StoreOptions options, CatchUp catchUp)
      throws IOException {
    RaftLogFiles log = RaftLogFiles.scan(folder.log());
    try {
      log.mendTail();
    } catch (IOException e) {
      throw new IOException(e.getMessage() + ". " + lost(folder.marker()), e);
    }
    Optional<Path> candidate = catchUp.candidate();
    long held = BindingStore.peek(folder.store()).index();
    if (candidate.isPresent()) {
      held = Math.max(held, BindingStore.peek(candidate.get()).index());
    }
    checkNotLost(folder, log, held);
    long needed = log.isEmpty() ? folder.marker().checkpoint() : log.first() - 1;
    if (held < needed) {
      LOG.warn(
          "event=rows-missing rows up to entry {}, but what follows begins behind {}: fetching a"
              + " copy of another member's",
          held,
          needed);
      var unused = catchUp.fetchForStart(needed);
    }
    BindingStore store = BindingStore.open(folder.store(), options);
    try {
      catchUp.install(store);
      long applied = store.applied().index();
      boolean isDropped = !log.isEmpty() && isOfNoUse(folder, log, store.applied());
      if (isDropped) {
        LOG.info(
            "event=log-dropped rows up to entry {} of another member, the log ended at {}",
            applied,
            log.last());
        log.drop();
      }
      return new RowsAtStart(store, !isDropped && !log.isEmpty() && log.first() <= applied);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private static boolean isOfNoUse(DataFolder folder, RaftLogFiles log, AppliedIndex applied)
      throws IOException {
    if (applied.index() > log.last()) {
      if (applied.index() > folder.marker().checkpoint()) {
        throw new IOException(
            "the rows hold entry "
                + applied.index()
                + ", but the Raft log in "
                + folder.log()
                + " ends at "
                + log.last()
                + ": it has lost its end. "
                + lost(folder.marker()));
      }
      return true;
    }
    if (applied.index() != folder.marker().checkpoint()) {
      return false; // applied from this very log
    }
    OptionalLong told = log.term(applied.index());
    return told.isPresent() && told.getAsLong() != applied.term();
  }

  private static void checkNotLost(DataFolder folder, RaftLogFiles log, long held)
      throws IOException {
    FolderMarker marker = folder.marker();
    boolean isCopyPending = log.hasVote() && marker.checkpoint() >= Math.max(0, held);
    if (marker.state() == FolderMarker.State.JOINED && log.isEmpty() && !isCopyPending) {
      throw new IOException(
          "the Raft log in "
              + folder.log()
              + " is gone, and with it what this node acknowledged. "
              + lost(marker));
    }
  }

  private static String lost(FolderMarker marker) {
    return "A voter that lost its log must not vote again under its old name. Bring back the whole"
        + " data folder of "
        + marker.node()
        + " from its own disk, never a backup; or replace the member by one with a new name"
        + " (bindery member replace); the other members go on meanwhile";
  }
}
