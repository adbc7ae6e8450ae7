package bindery.leasequery;

import bindery.query.Answer;
import bindery.store.ReadPoint;
import org.jspecify.annotations.Nullable;

/** How the answer of an {@link AnswerPump} comes about; called once, on a scan thread. */
@FunctionalInterface
interface AnswerOpening {
  /**
   * Makes the answer.
   *
   * @param point the read point; null if none was asked for, or none was given
   * @param endReason why there can be no answer; null if there can
   */
  Answer open(@Nullable ReadPoint point, @Nullable String endReason);
}
