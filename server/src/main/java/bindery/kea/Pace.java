package bindery.kea;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;

/** How often something is told that may happen very often: a few times in a while. Any thread. */
public final class Pace {
  private final int most;
  private final Duration window;
  private final LongSupplier nanoClock;

  @GuardedBy("this") private long beganNanos;

  @GuardedBy("this") private int told;

  @GuardedBy("this") private long passedOver;

  /** At most that often in each window. */
  public Pace(int most, Duration window, LongSupplier nanoClock) {
    this.most = most;
    this.window = window;
    this.nanoClock = nanoClock;
    beganNanos = nanoClock.getAsLong();
  }

  /** Whether it is to be told now; one that is not is counted. */
  public synchronized boolean allows() {
    long now = nanoClock.getAsLong();
    if (now - beganNanos >= window.toNanos()) {
      beganNanos = now;
      told = 0;
    }
    if (told == most) {
      passedOver++;
      return false;
    }
    told++;
    return true;
  }

  /** How many were not told, in words to add to one that is; they are counted anew then. */
  public synchronized String passedOver() {
    String text = passedOver == 0 ? "" : " (" + passedOver + " more since were counted only)";
    passedOver = 0;
    return text;
  }
}
