package bindery.leasequery;

import bindery.query.Answer;
import bindery.store.Selector;
import java.util.Optional;

/** How far one answer is: written by who makes it, read by any thread. */
final class AnswerMeter {
  private final long begunNanos = System.nanoTime();
  // Written on the connection's loop alone.
  private volatile long moved;
  // Written by the step that fills pages alone.
  private volatile long bindings;
  private volatile Optional<Selector> walked = Optional.empty();

  /** Since the query was taken up. */
  long ageNanos(long now) {
    return now - begunNanos;
  }

  /** Octets that the socket has taken. */
  long moved() {
    return moved;
  }

  /** Notes that it has taken so many by now. Returns whether these are the first. */
  boolean moved(long octets) {
    boolean isFirst = moved == 0 && octets > 0;
    moved = octets;
    return isFirst;
  }

  /** Notes what the answer tells, and how much it has put into pages. */
  void filled(Answer answer) {
    bindings = answer.bindings();
    walked = answer.walked();
  }

  /** What the node's page shows of it. */
  AnswerProgress progress(QueryAudit audit) {
    return new AnswerProgress(
        audit.from(), audit.what(), ageNanos(System.nanoTime()), moved, bindings, walked);
  }
}
