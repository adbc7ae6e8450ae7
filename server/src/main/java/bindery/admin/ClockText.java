package bindery.admin;

import bindery.raft.ReplicaStatus;
import java.util.Locale;
import java.util.Optional;

/** What operators are told of a node's clock. */
final class ClockText {
  private ClockText() {}

  /**
   * What is wrong with it; empty if nothing is.
   *
   * @param offsetMillis the node's clock less the median of the members' clocks
   */
  static Optional<String> warning(long offsetMillis) {
    return ReplicaStatus.isClockOff(offsetMillis)
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "its clock is %.1fs %s the median of the members' clocks: check its time"
                    + " synchronization",
                Math.abs(offsetMillis) / 1e3,
                offsetMillis > 0 ? "ahead of" : "behind"))
        : Optional.empty();
  }
}
