package bindery.raft;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells once that the replica cannot go on, and never while it is being closed. Any thread. */
final class Fatal {
  private static final Logger LOG = LoggerFactory.getLogger(Fatal.class);

  private final Consumer<String> told;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile Runnable first = () -> {};

  Fatal(Consumer<String> told) {
    this.told = told;
  }

  /** What is to be done before anybody is told; must not block. */
  void before(Runnable action) {
    first = action;
  }

  /** Tells the reason, if it is the first. */
  void report(String reason) {
    if (over.compareAndSet(false, true)) {
      first.run();
      LOG.error("event=replica-failed {}", reason);
      told.accept(reason);
    }
  }

  /** Tells the reason with its cause, if it is the first. */
  void report(String reason, Throwable cause) {
    if (over.compareAndSet(false, true)) {
      first.run();
      LOG.error("event=replica-failed {}", reason, cause);
      told.accept(reason + ": " + cause);
    }
  }

  /** From now on nothing is told: the replica is being closed. */
  void disarm() {
    over.set(true);
  }
}
