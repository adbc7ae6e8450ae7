package bindery.feed;

import bindery.feed.Piece.Commit;
import bindery.feed.Piece.State;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session's pieces on their way into the log, in the order of their sequences. All of it is
 * guarded by its gatherer.
 *
 * <p>When a piece was not taken, those behind it come back as gaps; once all that were proposed
 * have come back, the lane goes on from the first that is not committed.
 */
final class Lane {
  /** Is told what becomes of a lane's pieces, by the gatherer's thread, in order. */
  interface Receiver {
    /** The next piece is committed. */
    void committed(Piece piece, Commit commit);

    /** No further piece will be; the last call. */
    void failed(Status status);
  }

  private final String source;
  private final String feeder;
  private final long session;
  private final Receiver receiver;

  private final Deque<Piece> waiting = new ArrayDeque<>();
  private final Deque<Piece> proposed = new ArrayDeque<>();
  private int inFlight;
  private boolean rewinding;
  private boolean over;
  private @Nullable Status failure;

  Lane(String source, String feeder, long session, Receiver receiver) {
    this.source = source;
    this.feeder = feeder;
    this.session = session;
    this.receiver = receiver;
  }

  String source() {
    return source;
  }

  String feeder() {
    return feeder;
  }

  long session() {
    return session;
  }

  Receiver receiver() {
    return receiver;
  }

  /** Whether an earlier piece is to be proposed again, so that a gap is no news. */
  boolean isRewinding() {
    return rewinding;
  }

  boolean isOver() {
    return over;
  }

  /** Takes another piece. */
  void add(Piece piece) {
    waiting.add(piece);
  }

  /** The piece to propose next; null if there is none now. */
  @Nullable Piece peek() {
    if (rewinding || over) {
      return null;
    }
    Piece next = waiting.peek();
    while (next != null && next.state == State.COMMITTED) {
      proposed.add(waiting.remove());
      next = waiting.peek();
    }
    return next;
  }

  /** Takes the piece that {@link #peek} gave as proposed. */
  void propose(Piece piece, long nowNanos) {
    waiting.remove();
    piece.state = State.PROPOSED;
    if (piece.firstProposedNanos == 0) {
      piece.firstProposedNanos = nowNanos;
    }
    proposed.add(piece);
    inFlight++;
  }

  /** A proposed piece is committed. */
  void commit(Piece piece, Commit commit) {
    piece.state = State.COMMITTED;
    piece.commit = commit;
    inFlight--;
  }

  /** A proposed piece was not taken, and is to be proposed again. */
  void giveBack(Piece piece) {
    piece.state = State.WAITING;
    inFlight--;
    rewinding = true;
  }

  /** No further piece is proposed; what was committed in order is still told. */
  void fail(Status status) {
    if (!over) {
      over = true;
      failure = status;
    }
  }

  /** Nobody wants to know any more. Returns the octets that no longer wait. */
  long abandon() {
    over = true;
    failure = null;
    return takeWaiting();
  }

  /** Drops what waits, be it for the first time or again; returns its octets. */
  long takeWaiting() {
    long bytes = 0;
    for (Piece piece : waiting) {
      bytes += piece.state == State.WAITING ? piece.bytes() : 0;
    }
    waiting.clear();
    for (Piece piece : proposed) {
      if (piece.state == State.WAITING) { // given back, while others behind it are still out
        bytes += piece.bytes();
        piece.state = State.PROPOSED;
      }
    }
    return bytes;
  }

  /** A proposed piece of a lane that is over came back. */
  void discard() {
    inFlight--;
  }

  /** Why the lane failed, once; null if it did not, or was abandoned. */
  @Nullable Status takeFailure() {
    Status taken = failure;
    failure = null;
    return taken;
  }

  /** The committed pieces that have none but committed ones before them; each once. */
  List<Piece> takeCommitted() {
    List<Piece> taken = new ArrayList<>();
    Piece next = proposed.peek();
    while (next != null && next.state == State.COMMITTED) {
      taken.add(proposed.remove());
      next = proposed.peek();
    }
    while (proposed.isEmpty() && !waiting.isEmpty() && waiting.peek().state == State.COMMITTED) {
      taken.add(waiting.remove());
    }
    if (rewinding && inFlight == 0) {
      while (!proposed.isEmpty()) {
        waiting.addFirst(proposed.removeLast());
      }
      rewinding = false;
    }
    return taken;
  }
}
