package bindery.query;

import bindery.store.ReadPoint;
import java.util.concurrent.CompletionStage;

/**
 * The proof that this node has applied everything that was acknowledged, by any node, before the
 * proof was asked for.
 */
@FunctionalInterface
public interface ReadBarrier {
  /**
   * Asks for one proof. Any thread; does not block.
   *
   * @return the read point, or a failure whose message says why no majority could be had; completed
   *     either way within the barrier time-out, on a thread that must not be blocked
   */
  CompletionStage<ReadPoint> barrier();

  /**
   * As {@link #barrier}, and that the rows have cluster time as it is: an update that they lack
   * will be told with that time or a later one, so that whoever knows the rows may ask for what
   * changed since (S-72).
   */
  default CompletionStage<ReadPoint> timedBarrier() {
    return barrier();
  }
}
