package bindery.raft;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The leader's stamps: the time as a clock has it, never going back while the process lives. */
final class LeaderClock {
  private final InstantSource clock;
  private final AtomicLong last = new AtomicLong();

  /** By the members' clocks together: {@link MemberClocks}. */
  LeaderClock(InstantSource clock) {
    this.clock = clock;
  }

  /** Milliseconds since 1970 for the next entry. */
  long stamp() {
    return last.accumulateAndGet(clock.millis(), Math::max);
  }
}
