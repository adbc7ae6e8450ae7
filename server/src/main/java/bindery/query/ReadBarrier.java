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
}
